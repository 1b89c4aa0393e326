//! Code tables of ground service, each with a name in English and Chinese: special services, delays, cabins, boarding pass and baggage codes.
//!
//! Codes are the industry's; the words are ours.

/// A code and its names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    pub code: &'static str,
    pub english: &'static str,
    pub chinese: &'static str,
}

/// What a special service is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ServiceKind {
    Mobility,
    SensoryCognitive,
    Medical,
    Age,
    Animals,
    SeatsAndBags,
    Status,
    Documents,
    Meals,
}

/// The special service with this code (four letters; some have fewer), and its kind.
pub fn service(code: &str) -> Option<(ServiceKind, Code)> {
    SERVICES.iter().find_map(|(kind, codes)| find(codes, code).map(|found| (*kind, found)))
}

/// The delay code of AHM 730: two digits.
pub fn delay(code: &str) -> Option<Code> {
    let digits = code.get(..2).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    find(DELAYS, digits).or_else(|| DELAY_BANDS.iter().find(|(from, to, _)| (*from..=*to).contains(&digits)).map(|(_, _, code)| *code))
}

/// Whether a delay code is the carrier's own cause unless a person says otherwise. For triage only; law decides case by case.
pub fn is_carrier_cause(code: &str) -> Option<bool> {
    match code.get(..2)?.parse().ok()? {
        1..=69 | 91..=97 | 99 => Some(true),
        71..=77 | 81..=89 | 98 => Some(false),
        _ => None,
    }
}

/// The cabin or booking class with this letter.
pub fn cabin(letter: &str) -> Option<Code> {
    find(CABINS, letter)
}

/// The action or status code of a service request.
pub fn service_status(code: &str) -> Option<Code> {
    find(SERVICE_STATUS, code.get(..2)?)
}

/// The entry of a table.
pub fn find(table: &[Code], code: &str) -> Option<Code> {
    table.iter().find(|entry| entry.code == code).copied()
}

const fn c(code: &'static str, english: &'static str, chinese: &'static str) -> Code {
    Code { code, english, chinese }
}

/// Special services by kind.
pub const SERVICES: &[(ServiceKind, &[Code])] = &[
    (
        ServiceKind::Mobility,
        &[
            c("WCHR", "wheelchair to the gate; manages steps", "轮椅（可上下客梯）"),
            c("WCHS", "wheelchair; no steps, walks in the cabin", "轮椅（不能上下客梯，可在客舱行走）"),
            c("WCHC", "wheelchair; carried to the seat", "轮椅（需送至座位）"),
            c("WCHP", "wheelchair; cannot walk, manages alone on board", "轮椅（下肢不能行走，机上可自理）"),
            c("WCBD", "own wheelchair, dry battery", "自备轮椅（干电池）"),
            c("WCBW", "own wheelchair, wet battery", "自备轮椅（湿电池）"),
            c("WCLB", "own wheelchair, lithium battery", "自备轮椅（锂电池）"),
            c("WCMP", "own wheelchair, by hand", "自备手动轮椅"),
            c("WCOB", "wheelchair on board wanted", "需要机上轮椅"),
            c("STCR", "stretcher", "担架"),
            c("LEGL", "left leg in plaster", "左腿打石膏"),
            c("LEGR", "right leg in plaster", "右腿打石膏"),
            c("LEGB", "both legs in plaster", "双腿打石膏"),
        ],
    ),
    (
        ServiceKind::SensoryCognitive,
        &[
            c("BLND", "blind or low vision", "视障旅客"),
            c("DEAF", "deaf or hard of hearing", "听障旅客"),
            c("DPNA", "developmental or intellectual disability, needs help", "发育或智力障碍，需协助"),
            c("LANG", "help with language", "语言协助"),
            c("MAAS", "meet and assist", "迎接与协助"),
        ],
    ),
    (
        ServiceKind::Medical,
        &[
            c("MEDA", "medical case; clearance may be needed", "医疗旅客（可能需许可）"),
            c("OXYG", "oxygen", "氧气"),
            c("PPOC", "own oxygen concentrator", "自备制氧机"),
            c("MEDI", "medical information", "医疗信息"),
        ],
    ),
    (
        ServiceKind::Age,
        &[
            c("UMNR", "unaccompanied minor", "无人陪伴儿童"),
            c("YP", "young person alone", "独自旅行的青少年"),
            c("INFT", "infant on a lap", "不占座婴儿"),
            c("INFS", "infant with a seat", "占座婴儿"),
            c("CHLD", "child", "儿童"),
            c("BSCT", "bassinet", "婴儿摇篮"),
        ],
    ),
    (
        ServiceKind::Animals,
        &[
            c("PETC", "animal in the cabin", "客舱宠物"),
            c("AVIH", "animal in the hold", "货舱宠物"),
            c("SVAN", "service animal", "服务犬"),
            c("ESAN", "emotional support animal", "情感支持动物"),
        ],
    ),
    (
        ServiceKind::SeatsAndBags,
        &[
            c("EXST", "extra seat", "额外座位"),
            c("CBBG", "cabin bag on a seat", "占座行李"),
            c("XBAG", "excess baggage", "逾重行李"),
            c("BIKE", "bicycle", "自行车"),
            c("SPEQ", "sports equipment", "运动器材"),
            c("WEAP", "weapon", "武器"),
            c("BULK", "bulky bag", "大件行李"),
            c("FRAG", "fragile bag", "易碎行李"),
            c("BAGW", "weight of baggage", "行李重量"),
        ],
    ),
    (
        ServiceKind::Status,
        &[
            c("DEPA", "deportee with escort", "有押送的遣返旅客"),
            c("DEPU", "deportee without escort", "无押送的遣返旅客"),
            c("VIP", "very important person", "要客"),
            c("COUR", "commercial courier", "商业信使"),
            c("TWOV", "transit without visa", "过境免签"),
            c("SEMN", "seafarer", "海员"),
        ],
    ),
    (
        ServiceKind::Documents,
        &[
            c("DOCS", "passport or identity data", "护照或身份信息"),
            c("DOCO", "visa and other documents", "签证及其他证件"),
            c("DOCA", "address", "地址"),
            c("FOID", "form of identification", "身份证件"),
            c("TKNE", "e-ticket and coupon", "电子客票及票联"),
            c("FQTV", "frequent traveller", "常旅客"),
            c("CTCM", "mobile telephone", "手机号码"),
            c("CTCE", "e-mail", "电子邮箱"),
            c("CTCR", "contact refused", "拒绝提供联系方式"),
            c("PSPT", "passport, older form", "护照（旧格式）"),
            c("SEAT", "seat", "座位"),
            c("CKIN", "information for check-in", "值机提示"),
            c("CHKD", "checked in", "已值机"),
            c("OTHS", "other words", "其他信息"),
        ],
    ),
    (
        ServiceKind::Meals,
        &[
            c("AVML", "vegetarian, Hindu", "亚洲素食"),
            c("BBML", "baby", "婴儿餐"),
            c("BLML", "bland", "清淡餐"),
            c("CHML", "child", "儿童餐"),
            c("DBML", "diabetic", "糖尿病餐"),
            c("FPML", "fruit", "水果餐"),
            c("GFML", "without gluten", "无麸质餐"),
            c("HNML", "Hindu, not vegetarian", "印度教餐"),
            c("KSML", "kosher", "犹太教餐"),
            c("LCML", "low calorie", "低卡路里餐"),
            c("LFML", "low fat", "低脂餐"),
            c("LSML", "low salt", "低盐餐"),
            c("MOML", "halal", "清真餐"),
            c("NLML", "low lactose", "低乳糖餐"),
            c("RVML", "raw vegetarian", "生食素餐"),
            c("SFML", "seafood", "海鲜餐"),
            c("SPML", "special, in words", "特殊餐（另注）"),
            c("VGML", "vegan", "纯素餐"),
            c("VJML", "Jain", "耆那教素餐"),
            c("VLML", "vegetarian with milk and eggs", "蛋奶素餐"),
            c("VOML", "vegetarian, oriental", "东方素餐"),
        ],
    ),
];

/// Action and status codes of service requests.
pub const SERVICE_STATUS: &[Code] = &[
    c("HK", "holds, confirmed", "已确认"),
    c("HN", "holds, requested", "已申请"),
    c("NN", "requested", "申请中"),
    c("KK", "confirming", "确认"),
    c("UC", "not possible", "无法提供"),
    c("UN", "not possible, not operating", "无法提供（不运营）"),
    c("NO", "nothing done", "未处理"),
    c("HX", "cancelled by the carrier", "承运人取消"),
    c("TK", "confirmed after a change of schedule", "航变后确认"),
    c("LL", "waitlisted", "候补"),
    c("RR", "reconfirmed", "再证实"),
];

/// Delay codes of AHM 730.
pub const DELAYS: &[Code] = &[
    c("06", "no gate or stand, own activity", "因自身作业无登机口或机位"),
    c("09", "ground time below the minimum", "地面停留时间不足"),
    c("11", "check-in late, after the deadline", "截止后值机"),
    c("12", "check-in late, congestion", "值机拥堵"),
    c("13", "check-in error", "值机差错"),
    c("14", "oversold", "超售"),
    c("15", "boarding: discrepancies, paging, guest missing", "登机：人数不符、广播寻人、旅客未到"),
    c("16", "guest convenience", "旅客服务需要"),
    c("17", "catering order", "配餐订单"),
    c("18", "baggage processing", "行李处理"),
    c("19", "reduced mobility", "行动不便旅客"),
    c("31", "aircraft documents late", "航空器文件延迟"),
    c("32", "loading or unloading", "装卸"),
    c("33", "loading equipment", "装卸设备"),
    c("34", "servicing equipment", "勤务设备"),
    c("35", "cleaning", "客舱清洁"),
    c("36", "fuelling", "加油"),
    c("37", "catering delivery", "航食配送"),
    c("38", "containers", "集装器"),
    c("39", "technical ground equipment", "地面技术设备"),
    c("41", "aircraft defect", "航空器故障"),
    c("42", "scheduled maintenance", "定期维修"),
    c("43", "unscheduled maintenance", "非定期维修"),
    c("44", "spares", "航材"),
    c("45", "spares, aircraft on ground", "停场待件"),
    c("46", "change of aircraft", "更换飞机"),
    c("47", "standby aircraft", "备用飞机"),
    c("48", "cabin layout", "客舱布局"),
    c("51", "damage in flight", "飞行中损伤"),
    c("52", "damage on the ground", "地面损伤"),
    c("55", "departure control failure", "离港系统故障"),
    c("56", "cargo documents system", "货运文件系统故障"),
    c("57", "flight plan system", "飞行计划系统故障"),
    c("58", "other computer system", "其他计算机系统故障"),
    c("61", "flight plan late", "飞行计划延迟"),
    c("62", "operational: fuel, load", "运行要求：燃油、载重"),
    c("63", "crew late boarding", "机组登机延迟"),
    c("64", "crew shortage", "机组短缺"),
    c("65", "crew request", "机组要求"),
    c("66", "cabin crew late", "乘务员延迟"),
    c("67", "cabin crew shortage", "乘务员短缺"),
    c("68", "cabin crew error", "乘务员差错"),
    c("69", "captain's security check", "机长安全检查"),
    c("71", "weather at departure", "始发站天气"),
    c("72", "weather at destination", "目的站天气"),
    c("73", "weather on the way", "航路或备降站天气"),
    c("75", "de-icing", "除冰"),
    c("76", "snow or ice removal", "除雪除冰"),
    c("77", "handling impaired by weather", "天气影响地面保障"),
    c("81", "traffic control: capacity on the way", "空管：航路容量"),
    c("82", "traffic control: staff or equipment on the way", "空管：航路人员或设备"),
    c("83", "traffic control: restriction at destination", "空管：目的站限制"),
    c("84", "traffic control: weather at destination", "空管：目的站天气"),
    c("85", "security", "安检"),
    c("86", "immigration, customs, health", "边检、海关、检疫"),
    c("87", "airport facilities", "机场设施"),
    c("88", "restriction at the destination airport", "目的站机场限制"),
    c("89", "restriction at the departure airport", "始发站机场限制"),
    c("91", "waiting for a connection", "等待联程"),
    c("92", "through check-in error", "联程值机差错"),
    c("93", "aircraft rotation", "前序航班晚到"),
    c("94", "cabin crew rotation", "乘务组衔接"),
    c("95", "crew rotation", "机组衔接"),
    c("96", "operations control", "运行控制"),
    c("97", "strike, own", "本公司罢工"),
    c("98", "strike, others", "他方罢工"),
    c("99", "other", "其他"),
];

/// Delay codes whose numbers are used one by one only inside an airline, or have no public words each.
const DELAY_BANDS: &[(&str, &str, Code)] =
    &[("00", "05", c("00-05", "airline internal", "航空公司内部")), ("21", "29", c("21-29", "cargo and mail", "货物和邮件"))];

/// Cabins, and the booking classes usually sold in them.
pub const CABINS: &[Code] = &[
    c("F", "First", "头等舱"),
    c("A", "First, reduced", "头等舱折扣"),
    c("P", "First, premium", "豪华头等舱"),
    c("J", "Business", "公务舱"),
    c("C", "Business", "公务舱"),
    c("D", "Business, reduced", "公务舱折扣"),
    c("I", "Business, reduced", "公务舱折扣"),
    c("Z", "Business, reduced", "公务舱折扣"),
    c("R", "Business, reduced", "公务舱折扣"),
    c("W", "Premium economy", "超级经济舱"),
    c("G", "Premium economy, reduced", "超级经济舱折扣"),
    c("E", "Premium economy, reduced", "超级经济舱折扣"),
    c("Y", "Economy", "经济舱"),
    c("S", "Economy", "经济舱"),
    c("B", "Economy, reduced", "经济舱折扣"),
    c("H", "Economy, reduced", "经济舱折扣"),
    c("K", "Economy, reduced", "经济舱折扣"),
    c("L", "Economy, reduced", "经济舱折扣"),
    c("M", "Economy, reduced", "经济舱折扣"),
    c("N", "Economy, reduced", "经济舱折扣"),
    c("O", "Economy, reduced", "经济舱折扣"),
    c("Q", "Economy, reduced", "经济舱折扣"),
    c("T", "Economy, reduced", "经济舱折扣"),
    c("U", "Economy, reduced", "经济舱折扣"),
    c("V", "Economy, reduced", "经济舱折扣"),
    c("X", "Economy, award", "经济舱奖励"),
];

/// Passenger status on a boarding pass (item 117).
pub const PASS_STATUS: &[Code] = &[
    c("0", "issued, not checked in", "已出牌，未值机"),
    c("1", "checked in", "已值机"),
    c("2", "bags checked in, guest not", "行李已交运，旅客未值机"),
    c("3", "bags and guest checked in", "旅客与行李均已办理"),
    c("4", "passed security", "已过安检"),
    c("5", "passed the gate", "已过登机口"),
    c("6", "transit", "过境"),
    c("7", "standby", "候补"),
    c("8", "revalidation done", "已换开"),
    c("9", "original boarding line used", "已使用原登机行"),
    c("A", "moved up or down at close", "关闭时升降舱"),
];

/// Baggage irregularities (RP 1745 `.B`).
pub const BAG_IRREGULARITIES: &[Code] = &[
    c("NAL", "loaded, not authorised", "已装机，未获授权"),
    c("OFF", "off-loaded", "已卸下"),
    c("OND", "on hand, not authorised", "在场，未获授权"),
    c("ONA", "on hand, authorised", "在场，已获授权"),
    c("UNS", "not seen", "未见"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_code_stands_twice_in_its_table() {
        let services: Vec<&Code> = SERVICES.iter().flat_map(|(_, codes)| codes.iter()).collect();
        assert_eq!(services.len(), 82);
        for table in [services, DELAYS.iter().collect(), CABINS.iter().collect(), PASS_STATUS.iter().collect(), SERVICE_STATUS.iter().collect()] {
            let codes: BTreeSet<&str> = table.iter().map(|entry| entry.code).collect();
            assert_eq!(codes.len(), table.len());
            assert!(table.iter().all(|entry| !entry.english.is_empty() && !entry.chinese.is_empty()));
        }
    }

    #[test]
    fn a_code_has_its_words_and_a_band_stands_in_where_it_has_none() {
        assert_eq!(service("WCHC").map(|(kind, _)| kind), Some(ServiceKind::Mobility));
        assert_eq!(delay("55").map(|code| code.chinese), Some("离港系统故障"));
        assert_eq!(delay("23").map(|code| code.english), Some("cargo and mail"));
        assert_eq!((is_carrier_cause("93"), is_carrier_cause("72"), is_carrier_cause("70")), (Some(true), Some(false), None));
    }
}
