//! What each device at this node is set to: its scanner and its looks, and the looks that a person takes along. Kept on this node's disk.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result};
use schemas::record::fact::StaffNumber;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::data::write_private;

/// The settings of all devices, cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Devices {
    kept: Arc<Mutex<Kept>>,
}

#[derive(Debug, Default)]
struct Kept {
    /// Nothing where settings live as long as the process.
    file: Option<PathBuf>,
    all: All,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct All {
    #[serde(default)]
    devices: BTreeMap<Uuid, Device>,
    #[serde(default)]
    people: BTreeMap<String, Looks>,
}

#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Device {
    #[serde(default)]
    scanner: Scanner,
    #[serde(default)]
    looks: Looks,
}

/// How a device hears its scanner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "ScannerFields", into = "ScannerFields")]
pub struct Scanner {
    gap_ms: u16,
    least: u8,
    prefix: Prefix,
    us: bool,
}

/// The same as it is written and sent.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct ScannerFields {
    gap_ms: u16,
    least: u8,
    prefix: Prefix,
    us: bool,
}

/// What a scanner may send first: a key that no keyboard has, or the character STX, which comes as Ctrl+B.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Prefix {
    #[default]
    F24,
    F23,
    F22,
    Stx,
}

/// How pages look to somebody.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Looks {
    #[serde(default)]
    pub contrast: Contrast,
    #[serde(default)]
    pub theme: Theme,
    #[serde(default)]
    pub text: Text,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Contrast {
    /// As the device's system asks.
    #[default]
    System,
    High,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

/// The size of texts in hundredths.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Text {
    #[default]
    #[serde(rename = "100")]
    Plain,
    #[serde(rename = "125")]
    Larger,
    #[serde(rename = "150")]
    Largest,
}

/// A setting of a scanner with which nothing would be heard, or typing would be taken for scans.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a scanner's gap is 10 to 200 milliseconds, and its shortest code 4 to 20 characters")]
pub struct BadScanner;

/// More screens than one desk has, and more people than one sees in a season.
const DEVICES_MAX: usize = 64;
const PEOPLE_MAX: usize = 512;

impl Devices {
    /// Reads what is kept. A file that cannot be read is moved aside: a desk starts without it.
    pub fn open(file: &Path) -> Self {
        let text = std::fs::read(file).ok();
        let all: Option<All> = text.as_ref().and_then(|text| serde_json::from_slice(text).ok());
        if text.is_some() && all.is_none() {
            tracing::warn!("the settings of the devices cannot be read and are moved aside");
            let _ = std::fs::rename(file, file.with_extension("unread"));
        }
        Self { kept: Arc::new(Mutex::new(Kept { file: Some(file.to_owned()), all: all.unwrap_or_default() })) }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn scanner(&self, device: Option<Uuid>) -> Scanner {
        device.and_then(|device| self.kept().all.devices.get(&device).map(|device| device.scanner)).unwrap_or_default()
    }

    /// A person's own looks; where there are none, the device's.
    pub fn looks(&self, device: Option<Uuid>, person: Option<&StaffNumber>) -> Looks {
        let kept = self.kept();
        let own = person.and_then(|person| kept.all.people.get(person.as_str()));
        own.or_else(|| kept.all.devices.get(&device?).map(|device| &device.looks)).copied().unwrap_or_default()
    }

    /// # Errors
    /// When the disk does not take it.
    pub fn set_scanner(&self, device: Uuid, scanner: Scanner) -> Result<()> {
        let mut kept = self.kept();
        kept.device(device).scanner = scanner;
        kept.write()
    }

    /// Keeps the looks with the person where there is one, else with the device.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn set_looks(&self, device: Uuid, person: Option<&StaffNumber>, looks: Looks) -> Result<()> {
        let mut kept = self.kept();
        match person {
            Some(person) => {
                make_room(&mut kept.all.people, PEOPLE_MAX, person.as_str());
                kept.all.people.insert(person.to_string(), looks);
            }
            None => kept.device(device).looks = looks,
        }
        kept.write()
    }
}

impl Kept {
    fn device(&mut self, device: Uuid) -> &mut Device {
        make_room(&mut self.all.devices, DEVICES_MAX, &device);
        self.all.devices.entry(device).or_default()
    }

    fn write(&self) -> Result<()> {
        let Some(file) = &self.file else { return Ok(()) };
        write_private(file, &serde_json::to_vec(&self.all).context("the settings of the devices cannot be written")?)
    }
}

/// Forgets one where there are too many.
fn make_room<K, V, Q>(map: &mut BTreeMap<K, V>, most: usize, key: &Q)
where
    K: Ord + std::borrow::Borrow<Q>,
    Q: Ord + ?Sized,
{
    if map.len() >= most && !map.contains_key(key) {
        map.pop_first();
    }
}

impl Scanner {
    /// # Errors
    /// Where it would not work.
    pub fn new(gap_ms: u16, least: u8, prefix: Prefix, us: bool) -> Result<Self, BadScanner> {
        let good = (10..=200).contains(&gap_ms) && (4..=20).contains(&least);
        good.then_some(Self { gap_ms, least, prefix, us }).ok_or(BadScanner)
    }

    /// The longest pause between two characters of one scan, in milliseconds.
    pub fn gap_ms(&self) -> u16 {
        self.gap_ms
    }

    /// Shorter bursts are keys pressed together.
    pub fn least(&self) -> u8 {
        self.least
    }

    pub fn prefix(&self) -> Prefix {
        self.prefix
    }

    /// Whether it presses the keys of a US keyboard whatever this device's keyboard is.
    pub fn us(&self) -> bool {
        self.us
    }
}

impl Default for Scanner {
    fn default() -> Self {
        Self { gap_ms: 35, least: 6, prefix: Prefix::F24, us: false }
    }
}

impl TryFrom<ScannerFields> for Scanner {
    type Error = BadScanner;

    fn try_from(fields: ScannerFields) -> Result<Self, BadScanner> {
        Self::new(fields.gap_ms, fields.least, fields.prefix, fields.us)
    }
}

impl From<Scanner> for ScannerFields {
    fn from(Scanner { gap_ms, least, prefix, us }: Scanner) -> Self {
        Self { gap_ms, least, prefix, us }
    }
}

impl Prefix {
    pub const ALL: [Self; 4] = [Self::F24, Self::F23, Self::F22, Self::Stx];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::F24 => "F24",
            Self::F23 => "F23",
            Self::F22 => "F22",
            Self::Stx => "STX",
        }
    }
}

impl Looks {
    /// The classes of the style sheet; none where everything is as the system asks.
    pub fn classes(&self) -> String {
        let contrast = match self.contrast {
            Contrast::System => "",
            Contrast::High => "high",
        };
        let theme = match self.theme {
            Theme::System => "",
            Theme::Light => "light",
            Theme::Dark => "dark",
        };
        let text = match self.text {
            Text::Plain => "",
            Text::Larger => "text-125",
            Text::Largest => "text-150",
        };
        [contrast, theme, text].into_iter().filter(|class| !class.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_outlive_a_restart_and_what_is_broken_is_moved_aside() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("devices.json");
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let dark = Looks { theme: Theme::Dark, text: Text::Largest, ..Looks::default() };
        let slow = Scanner::new(80, 8, Prefix::F23, true).unwrap();
        let person: StaffNumber = "4711".parse().unwrap();
        let devices = Devices::open(&file);
        devices.set_scanner(one, slow).unwrap();
        devices.set_looks(one, None, dark).unwrap();
        devices.set_looks(one, Some(&person), Looks { contrast: Contrast::High, ..Looks::default() }).unwrap();
        let devices = Devices::open(&file);
        assert_eq!((devices.scanner(Some(one)), devices.scanner(Some(other)), devices.scanner(None)), (slow, Scanner::default(), Scanner::default()));
        assert_eq!(devices.looks(Some(one), None).classes(), "dark text-150");
        assert_eq!(devices.looks(Some(other), Some(&person)).classes(), "high", "a person's looks go along");
        assert_eq!(devices.looks(Some(other), None).classes(), "");
        std::fs::write(&file, "{\"devices\":{\"00000000-0000-0000-0000-000000000001\":{\"scanner\":{\"gap_ms\":5000}}}}").unwrap();
        assert_eq!(Devices::open(&file).scanner(Some(one)), Scanner::default());
        assert!(file.with_extension("unread").exists());
    }

    #[test]
    fn only_so_many_devices_and_people_are_remembered() {
        let devices = Devices::default();
        for number in 0..1000_u32 {
            devices.set_scanner(Uuid::from_u128(u128::from(number)), Scanner::default()).unwrap();
            devices.set_looks(Uuid::nil(), Some(&format!("S{number}").parse().unwrap()), Looks::default()).unwrap();
        }
        let kept = devices.kept();
        assert_eq!((kept.all.devices.len(), kept.all.people.len()), (DEVICES_MAX, PEOPLE_MAX));
    }
}
