//! The names of hosts, as configuration and `--host` know them.

use super::{Complaint, suggest};

/// Hosts that this version writes files for.
pub const AVAILABLE: &[&str] = &["netlify", "cloudflare-pages", "cloudflare-workers", "nginx"];

/// Hosts that files are written for unless something else is asked for: their files stand side by side.
pub const DEFAULT: &[&str] = &["netlify", "cloudflare-pages", "nginx"];

/// Hosts that we know of, to be told apart from a slip of the finger.
const LATER: &[&str] = &[
    "akamai",
    "apache",
    "aws-amplify",
    "azure-static-web-apps",
    "bunny",
    "caddy",
    "deno-deploy",
    "fastly",
    "firebase",
    "github-pages",
    "gitlab-pages",
    "google-cloud-storage",
    "h2o",
    "haproxy",
    "iis",
    "keycdn",
    "lighttpd",
    "render",
    "s3-cloudfront",
    "sevalla",
    "static-web-server",
    "surge",
    "traefik",
    "varnish",
    "vercel",
];

/// The available host named `name`.
///
/// # Errors
/// When this version has no such host.
pub fn find(name: &str) -> Result<&'static str, Complaint> {
    if let Some(host) = AVAILABLE.iter().find(|host| **host == name) {
        return Ok(host);
    }
    let hint = format!("available: {}", AVAILABLE.join(", "));
    if LATER.contains(&name) {
        return Err(Complaint { message: format!("names {name}, which is not available yet in this version"), hint });
    }
    let near = suggest::nearest(name, AVAILABLE.iter().chain(LATER).copied());
    let hint = near.map_or(hint, |near| format!("did you mean `{near}`?"));
    Err(Complaint { message: format!("names {name:?}, which is no host that edgepress knows"), hint })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_later_hosts_from_slips() {
        assert_eq!(find("nginx"), Ok("nginx"));
        assert!(find("vercel").unwrap_err().message.contains("not available yet"));
        assert_eq!(find("cloudflare_pages").unwrap_err().hint, "did you mean `cloudflare-pages`?");
        assert!(find("quux").unwrap_err().hint.starts_with("available: "));
    }
}
