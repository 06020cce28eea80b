//! Colours for text that a person reads on a terminal; plain text when they are not wanted.

use anstyle::{AnsiColor, Style};

use super::Color;

/// What a piece of text means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// A heading.
    Heading,
    /// A figure or word to be seen first.
    Strong,
    /// Good news.
    Good,
    /// Something to look at.
    Warning,
    /// Bad news.
    Bad,
    /// Less important than what stands around it.
    Dim,
}

impl Tone {
    fn style(self) -> Style {
        match self {
            Self::Heading => Style::new().bold().underline(),
            Self::Strong => Style::new().bold(),
            Self::Good => AnsiColor::Green.on_default(),
            Self::Warning => AnsiColor::Yellow.on_default(),
            Self::Bad => AnsiColor::Red.on_default().bold(),
            Self::Dim => Style::new().dimmed(),
        }
    }
}

impl Color {
    /// `text` in the colour of `tone`, if colours are wanted.
    #[must_use]
    pub fn paint(self, tone: Tone, text: &str) -> String {
        match self {
            Self::Ansi if !text.is_empty() => {
                let style = tone.style();
                format!("{style}{text}{style:#}")
            }
            Self::Ansi | Self::Plain => text.to_owned(),
        }
    }
}
