//! Names of SVG that the pass must know: namespaces of editors, and elements whose white space shows.

/// The namespace of SVG.
pub(super) const SVG: &str = "http://www.w3.org/2000/svg";

/// The namespace of the prefix `xml`.
pub(super) const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// The order in which attributes are written: what most elements begin with, then the numbers of shapes, then the rest
/// by name. Alike tags then begin alike, which travels well.
const ORDER: [&str; 17] = [
    "id", "width", "height", "x", "x1", "x2", "y", "y1", "y2", "cx", "cy", "r", "fill", "stroke", "marker", "d",
    "points",
];

/// Where the attribute `name` stands among the others of its element.
pub(super) fn place_of(name: &str) -> (usize, &str) {
    if name.starts_with("xmlns") {
        return (0, name);
    }
    let stem = name.split('-').next().unwrap_or(name);
    (ORDER.iter().position(|known| *known == stem).unwrap_or(ORDER.len()) + 1, name)
}

/// Namespaces that only drawing programs read. RDF, Dublin Core and Creative Commons stand inside `metadata`.
const EDITORS: [&str; 22] = [
    "http://www.inkscape.org/namespaces/inkscape",
    "http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd",
    "http://www.bohemiancoding.com/sketch/ns",
    "http://www.figma.com/figma/ns",
    "http://www.serif.com/",
    "http://www.vector.evaxdesign.sk",
    "http://vectornator.io",
    "http://taptrix.com/inkpad/svg_extensions",
    "http://krita.org/namespaces/svg/krita",
    "http://schemas.microsoft.com/visio/2003/SVGExtensions/",
    "http://www.corel.com/coreldraw/odm/2003",
    "https://boxy-svg.com",
    "http://ns.adobe.com/AdobeIllustrator/10.0/",
    "http://ns.adobe.com/AdobeSVGViewerExtensions/3.0/",
    "http://ns.adobe.com/Extensibility/1.0/",
    "http://ns.adobe.com/Flows/1.0/",
    "http://ns.adobe.com/GenericCustomNamespace/1.0/",
    "http://ns.adobe.com/Graphs/1.0/",
    "http://ns.adobe.com/ImageReplacement/1.0/",
    "http://ns.adobe.com/SaveForWeb/1.0/",
    "http://ns.adobe.com/Variables/1.0/",
    "http://ns.adobe.com/XPath/1.0/",
];

/// Whether only drawing programs read what is in the namespace `uri`.
pub(super) fn is_editor(uri: &str) -> bool {
    EDITORS.contains(&uri)
}

/// Whether characters inside the element `name` can show, be read aloud or run.
pub(super) fn holds_characters(name: &str) -> bool {
    matches!(
        name,
        "text"
            | "tspan"
            | "tref"
            | "textPath"
            | "altGlyph"
            | "flowRoot"
            | "title"
            | "desc"
            | "style"
            | "script"
            | "foreignObject"
            | "metadata"
    )
}

/// Colour names that are read here, with their values as `0xrrggbb` (CSS Color 4, section 6.1).
pub(super) const COLOURS: [(&str, u32); 37] = [
    ("azure", 0x00f0_ffff),
    ("beige", 0x00f5_f5dc),
    ("bisque", 0x00ff_e4c4),
    ("black", 0x0000_0000),
    ("brown", 0x00a5_2a2a),
    ("coral", 0x00ff_7f50),
    ("fuchsia", 0x00ff_00ff),
    ("gold", 0x00ff_d700),
    ("gray", 0x0080_8080),
    ("green", 0x0000_8000),
    ("indigo", 0x004b_0082),
    ("ivory", 0x00ff_fff0),
    ("khaki", 0x00f0_e68c),
    ("lightgray", 0x00d3_d3d3),
    ("linen", 0x00fa_f0e6),
    ("magenta", 0x00ff_00ff),
    ("maroon", 0x0080_0000),
    ("navy", 0x0000_0080),
    ("olive", 0x0080_8000),
    ("orange", 0x00ff_a500),
    ("orchid", 0x00da_70d6),
    ("peru", 0x00cd_853f),
    ("pink", 0x00ff_c0cb),
    ("plum", 0x00dd_a0dd),
    ("purple", 0x0080_0080),
    ("red", 0x00ff_0000),
    ("salmon", 0x00fa_8072),
    ("sienna", 0x00a0_522d),
    ("silver", 0x00c0_c0c0),
    ("snow", 0x00ff_fafa),
    ("tan", 0x00d2_b48c),
    ("teal", 0x0000_8080),
    ("tomato", 0x00ff_6347),
    ("violet", 0x00ee_82ee),
    ("wheat", 0x00f5_deb3),
    ("white", 0x00ff_ffff),
    ("yellow", 0x00ff_ff00),
];
