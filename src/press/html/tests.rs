use std::path::{Path, PathBuf};

use super::*;
use crate::{pack::brotli_size, refs};

/// `page` as the pass writes it with few quotes, after the oracle and a second pass.
fn pressed(page: &str) -> String {
    pressed_as(page, HtmlOptions::default())
}

fn pressed_as(page: &str, html: HtmlOptions) -> String {
    let options = Options { html, ..Options::default() };
    let reach = if html.whitespace == Folding::Aggressive { Reach::Trim } else { Reach::Full };
    let parsed = events::read(page.as_bytes()).unwrap();
    let facts = survey::survey(&parsed, &options.white_space, &options).unwrap();
    let mut inline = Inline::new(&options, facts.encoding);
    let plan = Plan { facts: &facts, reach, quotes: Quotes::Needed, legal: options.legal_comments };
    let bytes = pass::write(&parsed, plan, &mut inline);
    let again = pass::write(&events::read(&bytes).unwrap(), plan, &mut inline);
    let before = Oracle::of(page, &facts).unwrap();
    assert_eq!(verify(&before, &bytes, &facts, &options, &inline), Ok(Ok(())), "{page:?}");
    let text = String::from_utf8(bytes).unwrap();
    assert_eq!(String::from_utf8(again).unwrap(), text, "again");
    text
}

#[track_caller]
fn table(rows: &[(&str, &str)]) {
    for (page, expected) in rows {
        assert_eq!(pressed(page), *expected, "{page:?}");
    }
}

#[test]
fn white_space_is_folded_where_it_does_not_show() {
    table(&[
        (
            "<!DOCTYPE html>\n<html>\n <head>\n  <title>a  b</title>\n  <meta charset=utf-8>\n </head>\n <body>\n  <p>x\n   y</p>\n </body>\n</html>\n",
            "<!doctype html><html><head><title>a  b</title><meta charset=utf-8></head><body><p>x y</p> </body></html>",
        ),
        ("<body>a\n<!-- n -->\n</body>\n\n</html>\n", "<body>a </body></html>"),
        ("<body>a</body>\n</html>\n", "<body>a</body> </html>"),
        ("<body>a\n</body>\n<script>b()</script>\n", "<body>a </body> <script>b()</script> "),
        ("<p>a  <b> b </b>  c</p>", "<p>a <b> b </b> c</p>"),
        ("<a>x</a>\n\n<a>y</a>", "<a>x</a> <a>y</a>"),
        ("<ul>\n  <li>a\n  <li>b\n</ul>", "<ul> <li>a <li>b </ul>"),
        ("<table>\n <tr>\n  <td> a </td>\n </tr>\n</table>", "<table><tr><td> a </td></tr></table>"),
        (
            "<pre>\n a  b\n</pre>   <textarea>  x\n\n y</textarea>",
            "<pre>\n a  b\n</pre> <textarea>  x\n\n y</textarea>",
        ),
        ("<p style=\"white-space: pre\">a  b</p>  <p>c  d", "<p style=white-space:pre>a  b</p> <p>c d"),
        (
            "<p class=whitespace-pre-wrap>a  b</p>  <code>a  b</code>",
            "<p class=whitespace-pre-wrap>a  b</p> <code>a  b</code>",
        ),
        (
            "<style>.k{white-space:pre-line}</style><p class=k>a  b</p>  <i>x</i>",
            "<style>.k{white-space:pre-line}</style><p class=k>a  b</p> <i>x</i>",
        ),
        ("<p>a\r\n\r\n b</p>", "<p>a b</p>"),
        ("<p>a\u{c}\u{c} b  \u{a0} c</p>", "<p>a\u{c}\u{c} b \u{a0} c</p>"),
        ("<p>你\n\n好  吗</p>", "<p>你\n好 吗</p>"),
        ("<p>{{ a }}\n\n  <b>x</b></p>", "<p>{{ a }}\n<b>x</b></p>"),
        (
            "<svg>\n <g>\n  <path d='M0 0'/>\n </g> <text> a  b </text></svg>",
            "<svg><g><path d=\"M0 0\"/></g><text> a  b </text></svg>",
        ),
        ("<select>\n<option> a  b\n<option>c\n</select>", "<select><option> a b <option>c </select>"),
        ("<plaintext>  a  <b>  ", "<plaintext>  a  <b>  "),
        ("<xmp>  a  </xmp>  b", "<xmp>  a  </xmp> b"),
        (
            "<body><div>a</div></body>  <script>b</script>  </html>",
            "<body><div>a</div></body> <script>b</script> </html>",
        ),
        ("text  <b>x</b>  ", "text <b>x</b> "),
    ]);
}

#[test]
fn tags_are_shortened() {
    table(&[
        ("<DIV  CLASS=\"a   b\" ID='c' >x</DIV >", "<div class=\"a b\" id=c>x</div>"),
        ("<br /><hr/><img src=a/ ><input disabled=\"\">", "<br><hr><img src=\"a/\"><input disabled>"),
        ("<a href=\"x/\" id=b>", "<a href=x/ id=b>"),
        (
            "<a title='\"'>  <a title=\"'\">  <a title=\"&quot;'\">",
            "<a title='\"'> <a title=\"'\"> <a title=\"&#34;'\">",
        ),
        ("<a href=\"?a=1&amp;b=2&amp;copy=3&amp;lt;\">", "<a href=\"?a=1&b=2&copy=3&amp;lt;\">"),
        ("<a href=\"&notit;&amp;amp\">", "<a href=&notit;&amp;amp>"),
        ("<p id=a id=b  title>x", "<p id=a id=b title>x"),
        (
            "<svg viewBox='0 0 1 1'><path  fill='red' d='M0'/><foreignObject/></svg>",
            "<svg viewBox=\"0 0 1 1\"><path fill=red d=\"M0\"/><foreignObject/></svg>",
        ),
        (
            "<div @click='a' :b=\"c\" v-if=\"d\" x-data=\"{ e: 1 }\" hx-get=\"/f\">",
            "<div @click=a :b=c v-if=d x-data=\"{ e: 1 }\" hx-get=/f>",
        ),
        ("<a href=\"{{ x }}\"  title='{% y %}'>", "<a href=\"{{ x }}\" title='{% y %}'>"),
        (
            "<link crossorigin=\"use-credentials\"><div hidden=\"until-found\">",
            "<link crossorigin=use-credentials><div hidden=until-found>",
        ),
        ("<input value=\"\" class=\"\"><form method=\"get\">", "<input value class><form method=get>"),
        ("<p>a</p  x='>'><my-Tag />b", "<p>a</p><my-tag>b"),
        ("<a title=\"a\nb\t\">", "<a title=\"a\nb\t\">"),
        ("<a title=\"&#10;&#x200b;&quot;\"  id=x>", "<a title=\"&#10;&#x200b;&quot;\" id=x>"),
    ]);
}

#[test]
fn character_references_become_characters_where_that_is_safe() {
    table(&[
        ("<meta charset=utf-8><p>&eacute;&nbsp;&mdash;&#8220;&quot;&apos;&gt;", "<meta charset=utf-8><p>é\u{a0}—“\"'>"),
        ("<p>&eacute; &quot;&gt;", "<p>&eacute; \">"),
        (
            "<meta charset=utf-8><p>&amp;lt; &lt;b&gt; &#60; &#38;amp;",
            "<meta charset=utf-8><p>&amp;lt; &lt;b> &#60; &#38;amp;",
        ),
        (
            "<meta charset=utf-8><p>&copy &notit; &#x200d; &zwj; &shy; &#0; &#13;",
            "<meta charset=utf-8><p>© ¬it; &#x200d; &zwj; &shy; &#0; &#13;",
        ),
        ("<p>&am<!-- x -->p;  <<!-- y -->b>", "<p>&am<!-- x -->p; <<!-- y -->b>"),
        ("<p>&&#97;mp;  <&#98;>", "<p>&&#97;mp; <&#98;>"),
        ("<script>a=\"&quot;\"</script>  <b>x", "<script>a=\"&quot;\"</script><b>x"),
    ]);
}

#[test]
fn only_notes_are_dropped() {
    table(&[
        ("<!-- a --><!doctype html><p>x<!-- b --> <!-- c -->y", "<!doctype html><p>x y"),
        (
            "<p>x</p><!--! legal --><!--[if IE]>a<![endif]--><!--# ssi x --><!-- note -->",
            "<p>x</p><!--! legal --><!--[if IE]>a<![endif]--><!--# ssi x -->",
        ),
        ("<![if !IE]>  <p>x</p>  <![endif]>", "<![if !IE]><p>x</p> <![endif]>"),
        ("<div><!--$--><p>a</p>  <!-- n --><!--/$--></div >", "<div><!--$--><p>a</p>  <!-- n --><!--/$--></div>"),
        ("<template><!-- part --><b>x</b>  </template>", "<template><!-- part --><b>x</b> </template>"),
        ("<pre><!-- n -->\na</pre>  x", "<pre><!-- n -->\na</pre> x"),
        (
            "<p>a  b</p><!-- edgepress:ignore --><P  ID=\"x\">a  b</P><!-- n --><!-- edgepress:end --><P>a  b",
            "<p>a b</p><!-- edgepress:ignore --><P  ID=\"x\">a  b</P><!-- n --><!-- edgepress:end --><p>a b",
        ),
        ("<div id=__next><p>a  b</p><!-- n -->\n</div >", "<div id=__next><p>a  b</p><!-- n -->\n</div>"),
    ]);
}

#[test]
fn pages_that_scripts_take_over_keep_their_blanks() {
    let taken = [
        "<html data-has-hydrated=false><body><div id=__docusaurus><p>a</p>\n<p>b</p></div>",
        "<title data-rh=true>a</title>\n<p>b  c</p>",
        "<p>b  c</p>\n<script>(self.__next_f=self.__next_f||[]).push([0])</script>",
        "<p>b  c</p>\n<script>window.__reactRouterContext={}</script>",
        "<div id=root>\n<!-- a --><p>b  c</p></div>\n<script src=a.js></script>",
        "<div id=app><p>b  c</p></div>\n<script src=a.js></script>",
        "<main>\n<p>Hello <!-- -->World</p>\n</main>",
        "<main>\n<p>b  c</p><!---->\n</main>",
        "<astro-island uid=a>\n<p>b  c</p>\n</astro-island>",
        "<my-card s-id=1>\n<!--r.1--><p c-id=1.0>b  c</p></my-card>",
    ];
    for page in taken {
        let blanks = |text: &str| text.matches(char::is_whitespace).count();
        let without_comment = page.replace("<!-- a -->", "");
        assert_eq!(blanks(&pressed(page)), blanks(&without_comment), "{page:?}");
    }
    table(&[
        ("<div id=root>\n</div>\n\n<p>b  c</p>", "<div id=root> </div> <p>b c</p>"),
        ("<div id=app><!-- a --></div>\n\n<p>b  c</p>", "<div id=app></div> <p>b c</p>"),
        ("<p id=roots>b  c</p>", "<p id=roots>b c</p>"),
        ("<p>b  c</p>\n  <!---->\n<!-- a note -->\n<p>d  e</p>", "<p>b c</p> <!----> <p>d e</p>"),
    ]);
}

#[test]
fn what_is_ignored_stays_byte_for_byte() {
    table(&[
        (
            "<!-- edgepress:ignore --><!DOCTYPE  HTML>\n<P  ID='x'> a  &eacute; </P ><!-- edgepress:end -->  <P >b  c",
            "<!-- edgepress:ignore --><!DOCTYPE  HTML>\n<P  ID='x'> a  &eacute; </P ><!-- edgepress:end --> <p>b c",
        ),
        (
            "<div  >a<!--edgepress:ignore--><style> p { } </style><BR />",
            "<div>a<!--edgepress:ignore--><style> p { } </style><BR />",
        ),
    ]);
}

#[test]
fn marks_of_templates_and_frameworks_stay() {
    table(&[
        (
            "<ul>\n{% for a in b %}\n <li>{{ a }}  c</li>\n{% endfor %}\n</ul>",
            "<ul>\n{% for a in b %}\n<li>{{ a }} c</li>\n{% endfor %}\n</ul>",
        ),
        ("<p>{% if a %}  b  {% endif %}</p>", "<p>{% if a %} b {% endif %}</p>"),
        ("<p  >{{#each a}}  b  {{/each}}</p>", "<p>{{#each a}} b {{/each}}</p>"),
        (
            "<b @click.prevent=\"go()\" :class=\"{ a: b }\"  v-on:x='y' v-html=\"z\">",
            "<b @click.prevent=go() :class=\"{ a: b }\" v-on:x=y v-html=z>",
        ),
        ("<b  x-on:click.away=\"a = 'b'\" x-show=\"a\">", "<b x-on:click.away=\"a = 'b'\" x-show=a>"),
        ("<b  hx-vals='{\"a\": 1}' hx-on::after-request=\"x()\">", "<b hx-vals='{\"a\": 1}' hx-on::after-request=x()>"),
        (
            "<b  onclick=\"  go( 1 )  \" href=\"javascript: go( )\">",
            "<b onclick=\"  go( 1 )  \" href=\"javascript: go( )\">",
        ),
        ("<!--#include virtual=\"/a.html\" -->  <p >", "<!--#include virtual=\"/a.html\" --><p>"),
        ("<!--[if lt IE 9]>  <p >  <![endif]-->  <p >", "<!--[if lt IE 9]>  <p >  <![endif]--><p>"),
        (
            "<input disabled=\"disabled\" type=text><script type=\"text/javascript\"></script>",
            "<input disabled=disabled type=text><script type=text/javascript></script>",
        ),
    ]);
}

#[test]
fn blanks_beside_blocks_go_when_asked() {
    let html = HtmlOptions { whitespace: Folding::Aggressive, ..HtmlOptions::default() };
    for (page, expected) in [
        ("<ul>\n <li>a</li>\n <li> b </li>\n</ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("<p>a</p>\n<p>b <b> c </b> d</p> e <div>f</div>", "<p>a</p><p>b <b> c </b> d</p>e<div>f</div>"),
        (
            "<style>li{display:inline-block}</style><ul>\n<li>a</li>\n<li>b</li> </ul>",
            "<style>li{display:inline-block}</style><ul><li>a</li> <li>b</li></ul>",
        ),
        (
            "<div style=\"display:inline-block\">a</div> <div class=is-inline>b</div> c",
            "<div style=display:inline-block>a</div> <div class=is-inline>b</div> c",
        ),
        ("<pre>a\n b</pre>\n<p>c</p>", "<pre>a\n b</pre><p>c</p>"),
        ("<a>a</a> <br> <a>b</a> <img> c", "<a>a</a><br><a>b</a> <img> c"),
        ("<p>a <!-- n --> </p>\n x", "<p>a</p>x"),
        ("<p>a <!--! k --> </p>", "<p>a <!--! k --></p>"),
        (
            "<div>a <p>b</p> c</div> <div style='white-space:pre'> d </div>",
            "<div>a<p>b</p>c</div><div style=white-space:pre> d </div>",
        ),
    ] {
        assert_eq!(pressed_as(page, html), expected, "{page:?}");
    }
}

#[test]
fn each_step_can_be_turned_off() {
    let html = HtmlOptions { whitespace: Folding::Keep, comments: Comments::Keep, inline: InlineCode::Keep };
    let page = "<P  ID='a'>a  <!-- n -->  b</P><script type=application/json>{ }</script>";
    let expected = "<p id=a>a  <!-- n -->  b</p><script type=application/json>{ }</script>";
    assert_eq!(pressed_as(page, html), expected);
}

#[test]
fn inline_data_is_pressed() {
    table(&[
        (
            "<script type=application/ld+json>\n{ \"a\": [1, 2] }\n</script>",
            "<script type=application/ld+json>{\"a\":[1,2]}</script>",
        ),
        (
            "<script type=application/ld+json>{\"a\": [1, 2,]}</script>  ",
            "<script type=application/ld+json>{\"a\": [1, 2,]}</script> ",
        ),
        ("<script type=text/template>  <b>  x  </b></script >", "<script type=text/template>  <b>  x  </b></script>"),
        (
            "<meta http-equiv=Content-Security-Policy content=\"script-src 'sha256-A='\"><script type=importmap>{ }</script >",
            "<meta http-equiv=Content-Security-Policy content=\"script-src 'sha256-A='\"><script type=importmap>{ }</script>",
        ),
    ]);
}

#[test]
fn misnested_pages_keep_their_tree() {
    table(&[
        ("<table><tr><td>a</table>  <p>b", "<table><tr><td>a</table> <p>b"),
        ("<b><p>a</b>  b</p>", "<b><p>a</b> b</p>"),
        ("<table> x <tr> <td>a", "<table> x <tr><td>a"),
        ("<p>a<div>b  </p>c", "<p>a<div>b </p>c"),
        ("</p  ><br></br  >", "</p><br></br>"),
        ("<frameset>  <frame src=a>  </frameset>", "<frameset><frame src=a></frameset>"),
        ("<div>a  </body>  ", "<div>a </body> "),
    ]);
}

/// Pages that say so are XHTML by name only: servers send them as HTML.
#[test]
fn a_document_type_of_xhtml_stays_and_its_page_is_html() {
    let strict = "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Strict//EN\"\n\"http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd\">";
    table(&[
        (
            &format!("{strict}\n<html xml:lang=\"en\">  <p>a  b<br />\n</p>"),
            &format!("{strict}<html xml:lang=en><p>a b<br> </p>"),
        ),
        (
            &format!("{strict}<script type=\"text/javascript\">\n//<![CDATA[\nalert( 1 && 2 );\n//]]>\n</script>"),
            &format!("{strict}<script type=text/javascript>alert(2);</script>"),
        ),
    ]);
}

/// Names and attributes of the elements, and their text with its white space folded.
fn xml_nodes(text: &str) -> Vec<String> {
    let options = roxmltree::ParsingOptions { allow_dtd: true, ..roxmltree::ParsingOptions::default() };
    let document = roxmltree::Document::parse_with_options(text, options).unwrap();
    let told = |node: roxmltree::Node<'_, '_>| {
        let attributes: Vec<_> = node.attributes().map(|it| format!("{}={}", it.name(), it.value())).collect();
        let words: Vec<_> = node.text().unwrap_or_default().split_ascii_whitespace().collect();
        format!("{} {attributes:?} {words:?}", node.tag_name().name())
    };
    let has_words =
        |node: &roxmltree::Node<'_, '_>| node.is_element() || node.text().is_some_and(|text| !text.trim().is_empty());
    document.descendants().filter(|node| !node.is_comment() && has_words(node)).map(told).collect()
}

/// Servers send it as HTML by its name; other readers may take it for XML, and still can.
#[test]
fn a_page_that_begins_as_xml_stays_xml() {
    let head =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\">";
    let body = "<head>\n  <title>a</title>\n  <link rel=\"stylesheet\"  href='a.css' />\n  <style type=\"text/css\"> a { } </style>\n\
                <script type=\"text/javascript\">\n//<![CDATA[\nalert( 1 && 2 );\n//]]>\n</script></head>\n\
                <body  class=\"x\">\n <!-- note -->\n  <p>a &lt; b  &#8212;  <br />\n c <img src=\"i.png\" alt=\"\"></img></p>\n\
                <pre>\n a  b </pre><input disabled=\"disabled\" />\n <a id=\"top\" />text]]&gt; </body>\n</html>\n";
    let page = format!("{head}{body}");
    let pressed = String::from_utf8(press(page.as_bytes(), &Options::default()).unwrap().bytes).unwrap();
    assert_eq!(xml_nodes(&pressed), xml_nodes(&page));
    table(&[(
        &page,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><!DOCTYPE html><html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title>a</title>\
         <link rel=\"stylesheet\"  href='a.css' /><style type=\"text/css\"> a { } </style>\
         <script type=\"text/javascript\">\n//<![CDATA[\nalert( 1 && 2 );\n//]]>\n</script></head>\
         <body  class=\"x\"><p>a &lt; b &#8212; <br /> c <img src=\"i.png\" alt=\"\"></img></p> \
         <pre>\n a  b </pre><input disabled=\"disabled\" /> <a id=\"top\" />text]]&gt; </body> </html> ",
    )]);
}

#[test]
fn what_cannot_be_pressed_says_why() {
    let deep = "<div>".repeat(100_000);
    for (page, code) in [
        (&b"<p>\xE9"[..], "unsupported"),
        (b"\xFF\xFE<\0p\0", "unsupported"),
        (b"<meta charset=latin1><p>\xC3\xA9", "unsupported"),
        (b"<meta charset=shift_jis><p>  x", "unsupported"),
        (b"<?xml version='1.0'?><html/>", "not-smaller"),
        (b"<p><?php echo 1 ?></p  >", "unsupported"),
        (b"<p><%= a %></p  >", "unsupported"),
        (b"<p {{ a }}></p  >", "unsupported"),
        (b"", "not-smaller"),
        (deep.as_bytes(), "too-large"),
    ] {
        let because = press(page, &Options::default()).unwrap_err();
        assert_eq!(because.code(), code, "{}: {because:?}", String::from_utf8_lossy(&page[..page.len().min(40)]));
    }
}

#[test]
fn ascii_pages_of_ascii_encodings_are_pressed_in_ascii() {
    table(&[("<meta charset=iso-8859-1><p>&eacute;  &quot;", "<meta charset=iso-8859-1><p>&eacute; \"")]);
}

fn corpus() -> Option<PathBuf> {
    let named = std::env::var_os("EDGEPRESS_CORPUS").map(PathBuf::from);
    let path = named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"));
    let found = path.is_dir().then_some(path);
    if found.is_none() {
        #[expect(clippy::print_stderr, reason = "a skipped test must be seen")]
        {
            eprintln!("skipped: no corpus");
        }
    }
    found
}

fn files(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, extension, found);
        } else if path.extension().is_some_and(|e| e == extension) {
            found.push(path);
        }
    }
}

/// What a page names, each once: equal rules of an inline sheet may become one.
fn urls(page: &[u8]) -> std::collections::BTreeSet<(String, crate::asset::Role)> {
    let scan = refs::html::scan(page).unwrap();
    scan.references.into_iter().map(|reference| (reference.url.into(), reference.role)).collect()
}

/// Sums per folder; run with `--nocapture` to see them.
#[test]
#[expect(clippy::print_stderr, reason = "figures are for those who ask")]
fn corpus_pages_are_pressed_and_stay_the_same() {
    let Some(corpus) = corpus() else { return };
    for site in ["site-small", "site-vite", "site-photo", "bad"] {
        let mut pages = Vec::new();
        files(&corpus.join(site), "html", &mut pages);
        let (mut raw, mut small, mut wire, mut small_wire, mut kept) = (0, 0, 0, 0, Vec::new());
        let started = std::time::Instant::now();
        let results: Vec<_> = pages
            .iter()
            .map(|path| (path, std::fs::read(path).unwrap()))
            .map(|(path, page)| (path, press(&page, &Options::default()), page))
            .collect();
        let seconds = started.elapsed().as_secs_f64();
        for (path, result, page) in &results {
            let out = match result {
                Ok(draft) => {
                    assert_eq!(urls(page), urls(&draft.bytes), "{}", path.display());
                    let again = press(&draft.bytes, &Options::default());
                    assert_eq!(again, Err(KeptBecause::NotSmaller), "{}", path.display());
                    assert!(draft.notes.is_empty(), "{}: {:?}", path.display(), draft.notes);
                    &draft.bytes
                }
                Err(because) => {
                    assert!(
                        !matches!(because.code(), "crashed" | "would-change-meaning"),
                        "{}: {because:?}",
                        path.display()
                    );
                    kept.push(format!("{} {}", path.file_name().unwrap().to_string_lossy(), because.code()));
                    page
                }
            };
            (raw, small) = (raw + page.len(), small + out.len());
            if site != "bad" {
                (wire, small_wire) = (wire + brotli_size(page, 11), small_wire + brotli_size(out, 11));
            }
        }
        eprintln!(
            "{site}: {} pages, raw {raw} > {small}, brotli {wire} > {small_wire}, {seconds:.2} s, kept {kept:?}",
            pages.len()
        );
    }
}

/// The inputs of the html5lib tree-construction suite: what stands between `#data` and `#errors`.
#[test]
#[expect(clippy::print_stderr, reason = "figures are for those who ask")]
fn html5lib_trees_stay_the_same() {
    let Some(corpus) = corpus() else { return };
    let mut suites = Vec::new();
    files(&corpus.join("suites/html5lib-tests/tree-construction"), "dat", &mut suites);
    let options = Options { level: Level::Max, ..Options::default() };
    let trimming = HtmlOptions { whitespace: Folding::Aggressive, ..HtmlOptions::default() };
    let bold = Options { html: trimming, ..Options::default() };
    let (mut inputs, mut equal, mut refused, mut different) = (0, 0, 0, Vec::new());
    for suite in suites {
        let text = String::from_utf8_lossy(&std::fs::read(suite).unwrap()).into_owned();
        for case in text.split("#data\n").skip(1) {
            let Some(input) = case.split("\n#errors").next() else { continue };
            inputs += 1;
            for options in [&options, &bold] {
                if let Err(because @ (KeptBecause::Crashed(_) | KeptBecause::WouldChangeMeaning(_))) =
                    press(input.as_bytes(), options)
                {
                    panic!("{input:?}: {because:?}");
                }
            }
            let page = events::read(input.as_bytes()).unwrap();
            let Ok(facts) = survey::survey(&page, &options.white_space, &options) else {
                refused += 1;
                continue;
            };
            let mut inline = Inline::new(&options, facts.encoding);
            let bytes = smallest(&page, Reach::Full, &facts, &options, &mut inline).unwrap().bytes;
            match verify(&Oracle::of(input, &facts).unwrap(), &bytes, &facts, &options, &inline) {
                Ok(Ok(())) => equal += 1,
                other => different.push((input.to_owned(), String::from_utf8_lossy(&bytes).into_owned(), other)),
            }
        }
    }
    eprintln!("{inputs} inputs, {equal} equal, {refused} refused, different {different:#?}");
    assert!(different.len() <= 12, "the pass proposes more wrong trees than it did: {}", different.len());
}

#[test]
fn quotes_stay_where_they_are_unless_every_candidate_is_tried() {
    let page = b"<p class=\"a\" id=b  title='c'>x</p>";
    let draft = press(page, &Options::default()).unwrap();
    assert_eq!(draft.bytes, b"<p class=\"a\" id=b title=\"c\">x</p>");
}
