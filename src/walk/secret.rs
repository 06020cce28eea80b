//! Files that look like secrets: by name while walking, by content when a stage has read them.

use crate::asset::AssetPath;

/// What kind of secret a file of this name usually is.
pub(super) fn by_name(path: &AssetPath) -> Option<&'static str> {
    let name = path.file_name().to_ascii_lowercase();
    match name.as_str() {
        "id_rsa" | "id_dsa" | "id_ecdsa" | "id_ed25519" => Some("a private SSH key"),
        ".npmrc" | ".yarnrc.yml" | ".pypirc" | ".netrc" | "_netrc" | ".git-credentials" | ".dockercfg" => {
            Some("a file of access tokens")
        }
        ".htpasswd" | ".pgpass" => Some("a file of passwords"),
        _ if has_extension(&name, &["key", "p12", "pfx", "jks", "keystore"]) => Some("what looks like a private key"),
        _ => None,
    }
}

/// `.env`, `.env.local`, `.env.production.local`, but not the samples that projects publish on purpose.
pub(super) fn is_environment(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let Some(rest) = name.strip_prefix(".env") else { return false };
    let is_sample = ["example", "sample", "template", "dist", "defaults"].iter().any(|word| rest.ends_with(word));
    (rest.is_empty() || rest.starts_with('.')) && !is_sample
}

fn has_extension(name: &str, extensions: &[&str]) -> bool {
    name.rsplit_once('.').is_some_and(|(stem, extension)| !stem.is_empty() && extensions.contains(&extension))
}

/// What kind of private key a file beginning with `head` is, whatever its name.
#[must_use]
pub fn private_key(head: &[u8]) -> Option<&'static str> {
    let line_end = memchr::memchr(b'\n', head).unwrap_or(head.len());
    let line = std::str::from_utf8(&head[..line_end]).ok()?.trim_end();
    let label = line.strip_prefix("-----BEGIN ")?.strip_suffix("-----")?;
    match label {
        "OPENSSH PRIVATE KEY" => Some("a private SSH key"),
        "PGP PRIVATE KEY BLOCK" => Some("a private PGP key"),
        _ if label.ends_with("PRIVATE KEY") => Some("a private key"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets() {
        for name in [".env", ".ENV.local", ".env.production.local"] {
            assert!(is_environment(name), "{name}");
        }
        for name in [".env.example", ".envrc.md", "env", ".environment"] {
            assert!(!is_environment(name), "{name}");
        }
        for name in ["id_ed25519", "a/.npmrc", ".htpasswd", "tls.key"] {
            assert!(by_name(&AssetPath::new(name).unwrap()).is_some(), "{name}");
        }
        for name in ["index.key.html", ".key", "id_rsa.pub", "cert.pem"] {
            assert!(by_name(&AssetPath::new(name).unwrap()).is_none(), "{name}");
        }
    }

    #[test]
    fn private_keys_by_content() {
        for (head, is_key) in [
            ("-----BEGIN RSA PRIVATE KEY-----\nMII", true),
            ("-----BEGIN PRIVATE KEY-----\r\nMII", true),
            ("-----BEGIN OPENSSH PRIVATE KEY-----", true),
            ("-----BEGIN PGP PRIVATE KEY BLOCK-----\n", true),
            ("-----BEGIN CERTIFICATE-----\n", false),
            ("-----BEGIN PUBLIC KEY-----\n", false),
            ("how to write -----BEGIN PRIVATE KEY-----\n", false),
            ("", false),
        ] {
            assert_eq!(private_key(head.as_bytes()).is_some(), is_key, "{head}");
        }
    }
}
