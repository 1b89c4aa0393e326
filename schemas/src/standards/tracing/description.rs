//! What a bag looks like, as codes: colour, type, and what is on it.

use std::fmt;
use std::str::FromStr;

use crate::standards::{found, serde_as_text};

/// Colour, type and up to three elements: `BK22HWX`. Invariant: all codes are known.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BagLook {
    colour: String,
    kind: String,
    elements: Vec<char>,
}

serde_as_text!(BagLook);

/// The text describes no bag.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BagLookError {
    #[error("\"{found}\" is not a bag description. It has two letters for the colour and two digits for the type, such as BK22.")]
    Malformed { found: String },
    #[error("{colour} is not a colour code. Choose one from the list.")]
    UnknownColour { colour: String },
    #[error("{kind} is not a bag type. Choose one from the list.")]
    UnknownType { kind: String },
    #[error("{element} is not a code for what is on a bag. Choose one from the list.")]
    UnknownElement { element: char },
}

/// Code, English, Chinese.
pub const COLOURS: &[(&str, &str, &str)] = &[
    ("WT", "white or clear", "白色或透明"),
    ("BK", "black", "黑色"),
    ("GY", "grey or aluminium", "灰色或铝色"),
    ("BU", "blue", "蓝色"),
    ("PU", "purple", "紫色"),
    ("RD", "red or pink", "红色或粉色"),
    ("YW", "yellow or orange", "黄色或橙色"),
    ("BE", "beige", "米色"),
    ("BN", "brown", "棕色"),
    ("GN", "green", "绿色"),
    ("MC", "several colours", "多色"),
    ("TD", "tweed", "花呢"),
    ("PR", "patterned", "有图案"),
];

/// Code, English, Chinese.
pub const TYPES: &[(&str, &str, &str)] = &[
    ("01", "hard case, lying", "硬壳箱（横式）"),
    ("02", "hard case, upright", "硬壳箱（立式）"),
    ("03", "suitcase, lying, fixed depth", "横式箱（不可扩展）"),
    ("05", "suitcase, lying, expandable", "横式箱（可扩展）"),
    ("06", "briefcase", "公文箱"),
    ("07", "document case", "文件夹"),
    ("08", "military bag", "军用包"),
    ("09", "plastic or laundry bag", "塑料袋或洗衣袋"),
    ("10", "box", "纸箱"),
    ("12", "storage container", "储物箱"),
    ("20", "garment bag", "西装袋"),
    ("22", "soft case, upright", "软箱（立式）"),
    ("23", "soft case, lying", "软箱（横式）"),
    ("25", "duffel or sports bag", "圆筒包或运动包"),
    ("26", "laptop or overnight bag", "电脑包或过夜包"),
    ("27", "expandable upright", "可扩展立式箱"),
    ("28", "matted or woven bag", "编织袋"),
    ("29", "backpack", "背包"),
    ("50", "hat box or other container", "帽盒或其他容器"),
    ("59", "pet carrier", "宠物箱"),
    ("60", "fishing rod", "鱼竿"),
    ("61", "firearm", "枪支"),
    ("62", "golf bag", "高尔夫球包"),
    ("63", "bicycle", "自行车"),
    ("64", "sleeping bag", "睡袋"),
    ("65", "surfboard", "冲浪板"),
    ("66", "skis", "滑雪板"),
    ("68", "sports equipment", "运动器材"),
    ("69", "other sports equipment", "其他运动器材"),
    ("71", "infant car seat", "婴儿汽车座椅"),
    ("72", "stroller", "婴儿车"),
    ("85", "musical instrument", "乐器"),
    ("99", "other", "其他"),
];

/// Code, English, Chinese.
pub const ELEMENTS: &[(char, &str, &str)] = &[
    ('D', "part soft, part hard", "软硬结合"),
    ('L', "leather", "皮革"),
    ('M', "metal", "金属"),
    ('R', "rigid", "硬质"),
    ('T', "tweed", "花呢"),
    ('B', "other material", "其他材质"),
    ('C', "combination lock", "密码锁"),
    ('H', "pull-out handle", "拉杆"),
    ('P', "outside pockets", "外袋"),
    ('S', "straps", "绑带"),
    ('W', "wheels", "轮子"),
    ('X', "nothing more", "无"),
];

impl BagLook {
    pub fn colour(&self) -> &str {
        &self.colour
    }

    /// The two digits.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// As given, at most three.
    pub fn elements(&self) -> &[char] {
        &self.elements
    }

    /// The elements in alphabetical order, without `X`: their order on paper says nothing.
    pub fn features(&self) -> Vec<char> {
        let mut features: Vec<char> = self.elements.iter().copied().filter(|element| *element != 'X').collect();
        features.sort_unstable();
        features.dedup();
        features
    }
}

impl FromStr for BagLook {
    type Err = BagLookError;

    fn from_str(typed: &str) -> Result<Self, BagLookError> {
        let malformed = || BagLookError::Malformed { found: found(typed) };
        let text = typed.trim().to_ascii_uppercase();
        let (colour, rest) = text.split_at_checked(2).ok_or_else(malformed)?;
        let (kind, elements) = rest.split_at_checked(2).ok_or_else(malformed)?;
        if !kind.bytes().all(|byte| byte.is_ascii_digit()) || !colour.bytes().all(|byte| byte.is_ascii_uppercase()) || elements.chars().count() > 3 {
            return Err(malformed());
        }
        if !COLOURS.iter().any(|(code, _, _)| *code == colour) {
            return Err(BagLookError::UnknownColour { colour: colour.to_owned() });
        }
        if !is_type(kind) {
            return Err(BagLookError::UnknownType { kind: kind.to_owned() });
        }
        if let Some(element) = elements.chars().find(|element| !ELEMENTS.iter().any(|(code, _, _)| code == element)) {
            return Err(BagLookError::UnknownElement { element });
        }
        Ok(Self { colour: colour.to_owned(), kind: kind.to_owned(), elements: elements.chars().collect() })
    }
}

impl fmt::Display for BagLook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}{}{}", self.colour, self.kind, self.elements.iter().collect::<String>()))
    }
}

/// In a known band: 01-12 and 20-29 are bags, 50-99 special items. Not every number of a band has a public meaning.
fn is_type(kind: &str) -> bool {
    kind.parse::<u8>().is_ok_and(|kind| matches!(kind, 1..=12 | 20..=29 | 50..=99))
}

/// Whether two colours are taken for each other: under belt light, grey and black, blue and purple, and so on.
pub fn is_near_colour(one: &str, other: &str) -> bool {
    const NEAR: &[(&str, &str)] =
        &[("BK", "GY"), ("BU", "PU"), ("BE", "BN"), ("WT", "BE"), ("RD", "PU"), ("WT", "GY"), ("RD", "YW"), ("BK", "BU"), ("MC", "PR")];
    one != other && NEAR.iter().any(|(a, b)| (*a, *b) == (one, other) || (*b, *a) == (one, other))
}

/// Whether two types are taken for each other: hard and soft upright, and the like.
pub fn is_near_type(one: &str, other: &str) -> bool {
    const NEAR: &[(&str, &str)] =
        &[("02", "22"), ("01", "23"), ("22", "27"), ("03", "23"), ("05", "23"), ("25", "29"), ("03", "05"), ("06", "26"), ("06", "07")];
    one != other && NEAR.iter().any(|(a, b)| (*a, *b) == (one, other) || (*b, *a) == (one, other))
}
