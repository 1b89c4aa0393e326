//! Days, numbers and the order of names, as a language writes them. The only file that names ICU.

use std::cmp::Ordering;

use chrono::{Datelike, NaiveDate};
use icu_calendar::Gregorian;
use icu_collator::options::CollatorOptions;
use icu_collator::{Collator, CollatorBorrowed};
use icu_datetime::FixedCalendarDateTimeFormatter;
use icu_datetime::fieldsets::MD;
use icu_datetime::input::Date;
use icu_decimal::DecimalFormatter;
use icu_decimal::input::Decimal;
use icu_locale_core::Locale;

use super::language::Language;

/// The tables of one language.
pub(super) struct Formats {
    day: Option<FixedCalendarDateTimeFormatter<Gregorian, MD>>,
    number: Option<DecimalFormatter>,
    order: Option<CollatorBorrowed<'static>>,
}

impl Formats {
    pub(super) fn of(language: &Language) -> Self {
        let locale = locale(language);
        Self {
            day: FixedCalendarDateTimeFormatter::try_new((&locale).into(), MD::medium()).ok(),
            number: DecimalFormatter::try_new((&locale).into(), Default::default()).ok(),
            order: Collator::try_new((&locale).into(), CollatorOptions::default()).ok(),
        }
    }

    /// `22 Nov`, `11月22日`; never a day that could be read as a month.
    pub(super) fn day(&self, date: NaiveDate) -> String {
        let of_icu = || {
            let day = Date::try_new_gregorian(date.year(), u8::try_from(date.month()).ok()?, u8::try_from(date.day()).ok()?).ok()?;
            Some(self.day.as_ref()?.format(&day).to_string())
        };
        of_icu().unwrap_or_else(|| date.to_string())
    }

    /// `1,204`.
    pub(super) fn number(&self, number: i64) -> String {
        match &self.number {
            Some(formatter) => formatter.format(&Decimal::from(number)).to_string(),
            None => number.to_string(),
        }
    }

    /// Which of two names comes first in a list.
    pub(super) fn compare(&self, one: &str, other: &str) -> Ordering {
        match &self.order {
            Some(collator) => collator.compare(one, other),
            None => one.cmp(other),
        }
    }
}

/// English is written as at airports outside the United States: the day stands before the month.
fn locale(language: &Language) -> Locale {
    let name = if *language == Language::english() || language.to_string() == "en-XA" { "en-GB".to_owned() } else { language.to_string() };
    name.parse().unwrap_or(Locale::UNKNOWN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn formats(language: &str) -> Formats {
        Formats::of(&language.parse().unwrap())
    }

    #[test]
    fn days_and_numbers_are_written_as_each_language_does() {
        let date = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        let check = |language: &str, day: &str, number: &str| {
            let formats = formats(language);
            assert_eq!((formats.day(date).as_str(), formats.number(1_234_567).as_str()), (day, number), "{language}");
        };
        check("en", "22 Nov", "1,234,567");
        check("zh-CN", "11月22日", "1,234,567");
        check("de", "22. Nov.", "1.234.567");
    }

    #[test]
    fn chinese_names_stand_in_the_order_of_pinyin() {
        let chinese = formats("zh-CN");
        let mut names = vec!["赵磊", "王伟", "李娜", "CHEN/BO", "陈博", "钱达"];
        names.sort_by(|one, other| chinese.compare(one, other));
        assert_eq!(names, ["陈博", "李娜", "钱达", "王伟", "赵磊", "CHEN/BO"]);
    }

    #[test]
    fn english_lists_go_by_latin_letters_first_whatever_marks_they_wear() {
        let english = formats("en");
        let mut names = vec!["李娜", "ÖZ/EMRE", "WANG/WEI", "OZAN/ALI", "ABREU/ANA", "ÁBREU/ANA"];
        names.sort_by(|one, other| english.compare(one, other));
        assert_eq!(names, ["ABREU/ANA", "ÁBREU/ANA", "ÖZ/EMRE", "OZAN/ALI", "WANG/WEI", "李娜"]);
    }
}
