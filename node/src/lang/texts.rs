//! The words of one language from its Fluent files. The only file that names Fluent.

use std::borrow::Cow;
use std::collections::BTreeMap;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::memoizer::MemoizerKind;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use intl_memoizer::Memoizable;
use unic_langid::LanguageIdentifier;

use super::formats::Formats;
use super::language::Language;

/// Messages by key, ready to be said.
pub(super) struct Texts(FluentBundle<FluentResource>);

/// A place in a file that is not understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mistake {
    /// From 1.
    pub(super) line: usize,
    pub(super) words: String,
}

/// What a message gets by name.
pub(super) enum Given {
    Text(String),
    Number(i64),
}

/// All words of all screens in one language are a tenth of this.
pub(super) const FILE_MAX: usize = 512 * 1024;

/// As deep as braces may stand in one another: the parser goes down one call a brace.
const DEPTH_MAX: usize = 16;

impl Texts {
    /// `change` is done to the words, not to the values in them.
    pub(super) fn new(language: &Language, change: Option<fn(&str) -> Cow<'_, str>>) -> Self {
        let mut bundle = FluentBundle::new_concurrent(vec![language.id().clone()]);
        // The marks around values are for screens that mix directions of writing; in ours they show up in what people copy.
        bundle.set_use_isolating(false);
        bundle.set_transform(change);
        bundle.set_formatter(Some(number));
        Self(bundle)
    }

    /// Takes in one file.
    ///
    /// # Errors
    /// With the first line that is not understood, or that says again what was said before. What was read stays.
    pub(super) fn add(&mut self, text: &str) -> Result<(), Mistake> {
        let resource = read(text)?;
        self.0.add_resource(resource).map_err(|errors| Mistake { line: 1, words: errors.first().map(ToString::to_string).unwrap_or_default() })
    }

    /// Takes in one file that goes before what was there.
    ///
    /// # Errors
    /// With the first line that is not understood; then nothing of the file is taken.
    pub(super) fn replace(&mut self, text: &str) -> Result<(), Mistake> {
        self.0.add_resource_overriding(read(text)?);
        Ok(())
    }

    /// A message, or one of its attributes; nothing where there is none.
    pub(super) fn format(&self, key: &str, attribute: Option<&str>, given: &[(&str, Given)]) -> Option<String> {
        let message = self.0.get_message(key)?;
        let pattern = match attribute {
            Some(name) => message.get_attribute(name)?.value(),
            None => message.value()?,
        };
        let mut args = FluentArgs::with_capacity(given.len());
        for (name, value) in given {
            match value {
                Given::Text(text) => args.set(*name, text.as_str()),
                Given::Number(number) => args.set(*name, *number),
            }
        }
        // A value that a file names and nobody gives is shown as its name; tests hold the files that we ship to their keys.
        let mut errors = Vec::new();
        Some(self.0.format_pattern(pattern, Some(&args), &mut errors).into_owned())
    }
}

/// Numbers inside messages, as the language writes them.
fn number<M: MemoizerKind>(value: &FluentValue<'_>, memory: &M) -> Option<String> {
    let FluentValue::Number(number) = value else { return None };
    // Only whole numbers are given to messages; a file may write others itself.
    if number.value.fract() != 0.0 || number.value.abs() > 9e15 {
        return None;
    }
    memory.with_try_get_threadsafe::<Numbers, _, _>((), |numbers| numbers.0.number(number.value as i64)).ok()
}

struct Numbers(Formats);

impl Memoizable for Numbers {
    type Args = ();
    type Error = ();

    fn construct(language: LanguageIdentifier, (): ()) -> Result<Self, ()> {
        language.to_string().parse().map(|language| Self(Formats::of(&language))).map_err(|_| ())
    }
}

fn read(text: &str) -> Result<FluentResource, Mistake> {
    bounded(text)?;
    let resource = FluentResource::try_new(text.to_owned()).map_err(|(_, errors)| first_of(text, &errors))?;
    match repeated(text, &resource) {
        Some(mistake) => Err(mistake),
        None => Ok(resource),
    }
}

/// Refuses what could exhaust the parser.
fn bounded(text: &str) -> Result<(), Mistake> {
    if text.len() > FILE_MAX {
        return Err(Mistake { line: 1, words: format!("the file is longer than {} KiB; divide it", FILE_MAX / 1024) });
    }
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            // No placeable goes on over an entry that begins at the margin.
            b'\n' if text.as_bytes().get(at + 1).is_some_and(u8::is_ascii_alphabetic) => depth = 0,
            _ => {}
        }
        if depth > DEPTH_MAX {
            return Err(Mistake { line: line_of(text, at), words: "more braces stand in one another here than are read; close them".to_owned() });
        }
    }
    Ok(())
}

fn first_of(text: &str, errors: &[fluent_syntax::parser::ParserError]) -> Mistake {
    match errors.first() {
        Some(error) => Mistake { line: line_of(text, error.pos.start), words: error.kind.to_string() },
        None => Mistake { line: 1, words: "this is no Fluent file".to_owned() },
    }
}

/// The first key that stands twice in a file.
fn repeated(text: &str, resource: &FluentResource) -> Option<Mistake> {
    let mut seen = BTreeMap::new();
    for entry in resource.entries() {
        let fluent_syntax::ast::Entry::Message(message) = entry else { continue };
        let name = message.id.name;
        if seen.insert(name, ()).is_some() {
            let line = text.lines().enumerate().filter(|(_, line)| line.starts_with(name) && line[name.len()..].trim_start().starts_with('='));
            let line = line.map(|(at, _)| at + 1).nth(1).unwrap_or(1);
            return Some(Mistake { line, words: format!("{name} stands twice in this file") });
        }
    }
    None
}

fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

/// What a file holds: each message and attribute (`key.name`) with the values that it names. For tests.
#[cfg(test)]
pub(super) fn contents(text: &str) -> BTreeMap<String, std::collections::BTreeSet<String>> {
    use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};

    fn inline(expression: &InlineExpression<&str>, names: &mut std::collections::BTreeSet<String>) {
        match expression {
            InlineExpression::VariableReference { id } => {
                names.insert(id.name.to_owned());
            }
            InlineExpression::Placeable { expression } => of(expression, names),
            InlineExpression::FunctionReference { arguments, .. } => arguments.positional.iter().for_each(|argument| inline(argument, names)),
            _ => {}
        }
    }
    fn of(expression: &Expression<&str>, names: &mut std::collections::BTreeSet<String>) {
        match expression {
            Expression::Inline(expression) => inline(expression, names),
            Expression::Select { selector, variants } => {
                inline(selector, names);
                variants.iter().for_each(|variant| pattern(&variant.value, names));
            }
        }
    }
    fn pattern(pattern: &Pattern<&str>, names: &mut std::collections::BTreeSet<String>) {
        for element in &pattern.elements {
            if let PatternElement::Placeable { expression } = element {
                of(expression, names);
            }
        }
    }

    let Ok(resource) = FluentResource::try_new(text.to_owned()) else { return BTreeMap::new() };
    let mut found = BTreeMap::new();
    for entry in resource.entries() {
        let Entry::Message(message) = entry else { continue };
        let mut names = std::collections::BTreeSet::new();
        if let Some(value) = &message.value {
            pattern(value, &mut names);
        }
        found.insert(message.id.name.to_owned(), names);
        for attribute in &message.attributes {
            let mut names = std::collections::BTreeSet::new();
            pattern(&attribute.value, &mut names);
            found.insert(format!("{}.{}", message.id.name, attribute.id.name), names);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Result<Texts, Mistake> {
        let mut texts = Texts::new(&"zh-CN".parse().unwrap(), None);
        texts.add(text)?;
        Ok(texts)
    }

    #[test]
    fn values_stand_in_a_message_without_marks_and_as_the_language_writes_them() {
        let texts = texts("bags = { $count } 件行李,{ $name }\n    .more = 更多\n").unwrap();
        let given = [("count", Given::Number(1204)), ("name", Given::Text("LI/NA".to_owned()))];
        assert_eq!(texts.format("bags", None, &given).as_deref(), Some("1,204 件行李,LI/NA"));
        assert_eq!(texts.format("bags", Some("more"), &[]).as_deref(), Some("更多"));
        assert_eq!(texts.format("bags", Some("none"), &[]), None);
        assert_eq!(texts.format("none", None, &[]), None);
    }

    #[test]
    fn a_line_that_is_not_understood_is_named() {
        let line = |text: &str| texts(text).err().map(|mistake| mistake.line);
        assert_eq!(line("good = yes\n\nbad { no\n"), Some(3));
        assert_eq!(line("one = 1\ntwo = 2\none = 3\n"), Some(3));
        assert_eq!(line(&format!("deep = {}", "{".repeat(100_000))), Some(1));
        assert_eq!(line(&"a".repeat(FILE_MAX + 1)), Some(1));
    }

    #[test]
    fn a_message_that_names_itself_ends() {
        let texts = texts("loop = { loop }\nmany = { many }{ many }\n").unwrap();
        assert!(texts.format("loop", None, &[]).is_some() && texts.format("many", None, &[]).is_some());
    }
}
