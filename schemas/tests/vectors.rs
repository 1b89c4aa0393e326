//! Every shared vector is a test with the vector's id in its name; cases held elsewhere run too where `APRON_VECTORS` names their folder.

#![allow(clippy::unwrap_used, reason = "a vector that cannot be read fails its test")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use schemas::standards::airport_table::{airport, distance_km};
use schemas::standards::bag_tag::{CountRule, TagRun};
use schemas::standards::decide::{self, DecideKind};
use schemas::standards::decode::{self, DecodeKind};
use schemas::standards::tracing::{BagLook, Complaint, FILE_LIFE, FileReference, complaint_by, lost_from};
use schemas::standards::typeb::{BagMessage, ListParts, NameList};
use serde_json::{Value, json};

/// One test per vector: its name, the file, the list in it, and the id.
macro_rules! vectors {
    ($($test:ident => $file:literal, $list:literal, $id:literal;)*) => {
        $(
            #[test]
            fn $test() {
                let folder = shipped();
                let file = load(&folder, $file);
                let case = cases(&file, $list).find(|case| case["id"] == $id).expect("the vector is in its file");
                if let Err(difference) = check(&folder, $file, $list, case) {
                    panic!("{}: {difference}", $id);
                }
            }
        )*

        const TESTED: &[(&str, &str, &str)] = &[$(($file, $list, $id),)*];
    };
}

vectors! {
bcbp_valid_bv_003 => "bcbp_valid", "vectors", "BV-003";
bcbp_valid_bv_004 => "bcbp_valid", "vectors", "BV-004";
bcbp_valid_bv_005 => "bcbp_valid", "vectors", "BV-005";
bcbp_valid_bv_008 => "bcbp_valid", "vectors", "BV-008";
bcbp_valid_bv_013 => "bcbp_valid", "vectors", "BV-013";
bcbp_valid_bv_015 => "bcbp_valid", "vectors", "BV-015";
bcbp_valid_bv_016 => "bcbp_valid", "vectors", "BV-016";
bcbp_valid_bv_019 => "bcbp_valid", "vectors", "BV-019";
bcbp_valid_bv_020 => "bcbp_valid", "vectors", "BV-020";
bcbp_valid_bv_021 => "bcbp_valid", "vectors", "BV-021";
bcbp_valid_bv_026 => "bcbp_valid", "vectors", "BV-026";
bcbp_valid_bv_027 => "bcbp_valid", "vectors", "BV-027";
bcbp_valid_bv_029 => "bcbp_valid", "vectors", "BV-029";
bcbp_valid_bv_031 => "bcbp_valid", "vectors", "BV-031";
bcbp_valid_bv_032 => "bcbp_valid", "vectors", "BV-032";
bcbp_valid_bv_033 => "bcbp_valid", "vectors", "BV-033";
bcbp_valid_bv_036 => "bcbp_valid", "vectors", "BV-036";
bcbp_valid_bv_037 => "bcbp_valid", "vectors", "BV-037";
bcbp_valid_bv_039 => "bcbp_valid", "vectors", "BV-039";
bcbp_valid_bv_041 => "bcbp_valid", "vectors", "BV-041";
bcbp_valid_bv_042 => "bcbp_valid", "vectors", "BV-042";
bcbp_valid_bv_043 => "bcbp_valid", "vectors", "BV-043";
bcbp_valid_bv_045 => "bcbp_valid", "vectors", "BV-045";
bcbp_valid_bv_047 => "bcbp_valid", "vectors", "BV-047";
bcbp_valid_bv_048 => "bcbp_valid", "vectors", "BV-048";
bcbp_valid_bv_049 => "bcbp_valid", "vectors", "BV-049";
bcbp_valid_bv_052 => "bcbp_valid", "vectors", "BV-052";
bcbp_valid_bv_054 => "bcbp_valid", "vectors", "BV-054";
bcbp_valid_bv_063 => "bcbp_valid", "vectors", "BV-063";
bcbp_valid_bv_065 => "bcbp_valid", "vectors", "BV-065";
bcbp_valid_bv_068 => "bcbp_valid", "vectors", "BV-068";
bcbp_valid_bv_069 => "bcbp_valid", "vectors", "BV-069";
bcbp_valid_bv_070 => "bcbp_valid", "vectors", "BV-070";
bcbp_valid_bv_071 => "bcbp_valid", "vectors", "BV-071";
bcbp_valid_bv_072 => "bcbp_valid", "vectors", "BV-072";
bcbp_valid_bv_073 => "bcbp_valid", "vectors", "BV-073";
bcbp_valid_bv_074 => "bcbp_valid", "vectors", "BV-074";
bcbp_valid_bv_076 => "bcbp_valid", "vectors", "BV-076";
bcbp_valid_bv_079 => "bcbp_valid", "vectors", "BV-079";
bcbp_valid_bv_080 => "bcbp_valid", "vectors", "BV-080";
bcbp_valid_bv_081 => "bcbp_valid", "vectors", "BV-081";
bcbp_valid_bv_082 => "bcbp_valid", "vectors", "BV-082";
bcbp_valid_bv_083 => "bcbp_valid", "vectors", "BV-083";
bcbp_valid_bv_085 => "bcbp_valid", "vectors", "BV-085";
bcbp_valid_bv_086 => "bcbp_valid", "vectors", "BV-086";
bcbp_valid_bv_087 => "bcbp_valid", "vectors", "BV-087";
bcbp_valid_bv_089 => "bcbp_valid", "vectors", "BV-089";
bcbp_deviant_bd_001 => "bcbp_deviant", "vectors", "BD-001";
bcbp_deviant_bd_002 => "bcbp_deviant", "vectors", "BD-002";
bcbp_deviant_bd_003 => "bcbp_deviant", "vectors", "BD-003";
bcbp_deviant_bd_004 => "bcbp_deviant", "vectors", "BD-004";
bcbp_deviant_bd_005 => "bcbp_deviant", "vectors", "BD-005";
bcbp_deviant_bd_006 => "bcbp_deviant", "vectors", "BD-006";
bcbp_deviant_bd_007 => "bcbp_deviant", "vectors", "BD-007";
bcbp_deviant_bd_009 => "bcbp_deviant", "vectors", "BD-009";
bcbp_deviant_bd_010 => "bcbp_deviant", "vectors", "BD-010";
bcbp_deviant_bd_012 => "bcbp_deviant", "vectors", "BD-012";
bcbp_deviant_bd_014 => "bcbp_deviant", "vectors", "BD-014";
bcbp_deviant_bd_015 => "bcbp_deviant", "vectors", "BD-015";
bcbp_deviant_bd_016 => "bcbp_deviant", "vectors", "BD-016";
bcbp_deviant_bd_017 => "bcbp_deviant", "vectors", "BD-017";
bcbp_deviant_bd_018 => "bcbp_deviant", "vectors", "BD-018";
bcbp_deviant_bd_019 => "bcbp_deviant", "vectors", "BD-019";
bcbp_deviant_bd_020 => "bcbp_deviant", "vectors", "BD-020";
bcbp_deviant_bd_021 => "bcbp_deviant", "vectors", "BD-021";
bcbp_deviant_bd_022 => "bcbp_deviant", "vectors", "BD-022";
bcbp_deviant_bd_024 => "bcbp_deviant", "vectors", "BD-024";
bcbp_deviant_bd_025 => "bcbp_deviant", "vectors", "BD-025";
bcbp_deviant_bd_029 => "bcbp_deviant", "vectors", "BD-029";
bcbp_deviant_bd_030 => "bcbp_deviant", "vectors", "BD-030";
bcbp_deviant_bd_031 => "bcbp_deviant", "vectors", "BD-031";
bcbp_deviant_bd_033 => "bcbp_deviant", "vectors", "BD-033";
bcbp_reject_bx_001 => "bcbp_reject", "vectors", "BX-001";
bcbp_reject_bx_002 => "bcbp_reject", "vectors", "BX-002";
bcbp_reject_bx_005 => "bcbp_reject", "vectors", "BX-005";
bcbp_reject_bx_006 => "bcbp_reject", "vectors", "BX-006";
bcbp_reject_bx_009 => "bcbp_reject", "vectors", "BX-009";
bcbp_reject_bx_013 => "bcbp_reject", "vectors", "BX-013";
bcbp_reject_bx_015 => "bcbp_reject", "vectors", "BX-015";
bcbp_reject_bx_016 => "bcbp_reject", "vectors", "BX-016";
bcbp_reject_bx_017 => "bcbp_reject", "vectors", "BX-017";
bcbp_reject_bx_018 => "bcbp_reject", "vectors", "BX-018";
bcbp_reject_bx_019 => "bcbp_reject", "vectors", "BX-019";
bcbp_reject_bx_020 => "bcbp_reject", "vectors", "BX-020";
bcbp_reject_bx_028 => "bcbp_reject", "vectors", "BX-028";
bcbp_reject_bx_029 => "bcbp_reject", "vectors", "BX-029";
bcbp_reject_bx_030 => "bcbp_reject", "vectors", "BX-030";
bcbp_reject_bx_032 => "bcbp_reject", "vectors", "BX-032";
bcbp_reject_bx_034 => "bcbp_reject", "vectors", "BX-034";
bcbp_variable_field_bvf_01 => "bcbp_variable_field", "vectors", "BVF-01";
bcbp_variable_field_bvf_02 => "bcbp_variable_field", "vectors", "BVF-02";
bcbp_variable_field_bvf_03 => "bcbp_variable_field", "vectors", "BVF-03";
bcbp_variable_field_bvf_04 => "bcbp_variable_field", "vectors", "BVF-04";
bcbp_dates_bdt_01 => "bcbp_dates", "vectors", "BDT-01";
bcbp_dates_bdt_02 => "bcbp_dates", "vectors", "BDT-02";
bcbp_dates_bdt_03 => "bcbp_dates", "vectors", "BDT-03";
bcbp_dates_bdt_06 => "bcbp_dates", "vectors", "BDT-06";
bcbp_dates_bdt_08 => "bcbp_dates", "vectors", "BDT-08";
bcbp_dates_bdt_14 => "bcbp_dates", "vectors", "BDT-14";
bcbp_dates_bdt_17 => "bcbp_dates", "vectors", "BDT-17";
typeb_bag_bag_01 => "typeb_bag", "vectors", "BAG-01";
typeb_bag_bag_02 => "typeb_bag", "vectors", "BAG-02";
typeb_bag_bag_05 => "typeb_bag", "vectors", "BAG-05";
typeb_bag_bag_06 => "typeb_bag", "vectors", "BAG-06";
typeb_bag_bag_08 => "typeb_bag", "vectors", "BAG-08";
typeb_bag_bag_09 => "typeb_bag", "vectors", "BAG-09";
typeb_bag_bag_10 => "typeb_bag", "vectors", "BAG-10";
typeb_bag_bag_12 => "typeb_bag", "vectors", "BAG-12";
typeb_bag_bag_13 => "typeb_bag", "vectors", "BAG-13";
typeb_bag_bag_14 => "typeb_bag", "vectors", "BAG-14";
typeb_bag_bag_15 => "typeb_bag", "vectors", "BAG-15";
typeb_bag_bag_17 => "typeb_bag", "vectors", "BAG-17";
typeb_bag_bag_18 => "typeb_bag", "vectors", "BAG-18";
typeb_bag_bag_20 => "typeb_bag", "vectors", "BAG-20";
typeb_bag_bag_21 => "typeb_bag", "vectors", "BAG-21";
typeb_bag_bag_22 => "typeb_bag", "vectors", "BAG-22";
typeb_bag_bag_23 => "typeb_bag", "vectors", "BAG-23";
typeb_bag_bag_27 => "typeb_bag", "vectors", "BAG-27";
typeb_bag_bag_29 => "typeb_bag", "vectors", "BAG-29";
typeb_bag_bag_31 => "typeb_bag", "vectors", "BAG-31";
typeb_pnl_adl_nl_05 => "typeb_pnl_adl", "vectors", "NL-05";
typeb_pnl_adl_nl_10 => "typeb_pnl_adl", "vectors", "NL-10";
typeb_pnl_adl_nl_11 => "typeb_pnl_adl", "vectors", "NL-11";
typeb_pnl_adl_nl_12 => "typeb_pnl_adl", "vectors", "NL-12";
typeb_pnl_adl_nl_14 => "typeb_pnl_adl", "vectors", "NL-14";
typeb_pnl_adl_nls_3 => "typeb_pnl_adl", "sequences", "NLS-3";
typeb_departure_out_01 => "typeb_departure", "vectors", "OUT-01";
typeb_departure_out_05 => "typeb_departure", "vectors", "OUT-05";
typeb_departure_out_07 => "typeb_departure", "vectors", "OUT-07";
typeb_departure_out_08 => "typeb_departure", "vectors", "OUT-08";
typeb_departure_out_11 => "typeb_departure", "vectors", "OUT-11";
typeb_departure_out_13 => "typeb_departure", "vectors", "OUT-13";
bagtag_lpn_lpn_01 => "bagtag_lpn", "vectors", "LPN-01";
bagtag_lpn_lpn_02 => "bagtag_lpn", "vectors", "LPN-02";
bagtag_lpn_lpn_06 => "bagtag_lpn", "vectors", "LPN-06";
bagtag_lpn_lpn_07 => "bagtag_lpn", "vectors", "LPN-07";
bagtag_lpn_lpn_11 => "bagtag_lpn", "vectors", "LPN-11";
bagtag_lpn_lpn_12 => "bagtag_lpn", "vectors", "LPN-12";
bagtag_lpn_lpn_13 => "bagtag_lpn", "vectors", "LPN-13";
bagtag_lpn_lpn_15 => "bagtag_lpn", "vectors", "LPN-15";
bagtag_lpn_lpn_17 => "bagtag_lpn", "vectors", "LPN-17";
bagtag_lpn_lpx_01 => "bagtag_lpn", "expansion", "LPX-01";
bagtag_lpn_lpx_02 => "bagtag_lpn", "expansion", "LPX-02";
bagtag_lpn_lpx_03 => "bagtag_lpn", "expansion", "LPX-03";
bagtag_lpn_lpx_04 => "bagtag_lpn", "expansion", "LPX-04";
bagtag_lpn_lpx_05 => "bagtag_lpn", "expansion", "LPX-05";
bagtag_lpn_lpx_06 => "bagtag_lpn", "expansion", "LPX-06";
bagtag_lpn_lpx_07 => "bagtag_lpn", "expansion", "LPX-07";
bagtag_lpn_lpx_08 => "bagtag_lpn", "expansion", "LPX-08";
bagtag_lpn_lpx_09 => "bagtag_lpn", "expansion", "LPX-09";
bagtag_lpn_lpx_10 => "bagtag_lpn", "expansion", "LPX-10";
bagtag_lpn_lpx_11 => "bagtag_lpn", "expansion", "LPX-11";
bagtag_lpn_lpx_12 => "bagtag_lpn", "expansion", "LPX-12";
bagtag_lpn_lpx_13 => "bagtag_lpn", "expansion", "LPX-13";
worldtracer_wtr_01 => "worldtracer", "file_reference", "WTR-01";
worldtracer_wtr_05 => "worldtracer", "file_reference", "WTR-05";
worldtracer_wtr_06 => "worldtracer", "file_reference", "WTR-06";
worldtracer_wtr_08 => "worldtracer", "file_reference", "WTR-08";
worldtracer_wtr_09 => "worldtracer", "file_reference", "WTR-09";
worldtracer_wtr_10 => "worldtracer", "file_reference", "WTR-10";
worldtracer_wtr_11 => "worldtracer", "file_reference", "WTR-11";
worldtracer_wtr_12 => "worldtracer", "file_reference", "WTR-12";
worldtracer_wtr_14 => "worldtracer", "file_reference", "WTR-14";
worldtracer_wtc_02 => "worldtracer", "colour_type", "WTC-02";
worldtracer_wtc_03 => "worldtracer", "colour_type", "WTC-03";
worldtracer_wtc_05 => "worldtracer", "colour_type", "WTC-05";
worldtracer_wtc_06 => "worldtracer", "colour_type", "WTC-06";
worldtracer_wtc_07 => "worldtracer", "colour_type", "WTC-07";
worldtracer_wtc_08 => "worldtracer", "colour_type", "WTC-08";
worldtracer_wtc_09 => "worldtracer", "colour_type", "WTC-09";
worldtracer_wtc_11 => "worldtracer", "colour_type", "WTC-11";
worldtracer_wtd_01 => "worldtracer", "deadlines", "WTD-01";
worldtracer_wtd_02 => "worldtracer", "deadlines", "WTD-02";
worldtracer_wtd_03 => "worldtracer", "deadlines", "WTD-03";
worldtracer_wtd_04 => "worldtracer", "deadlines", "WTD-04";
worldtracer_wtd_06 => "worldtracer", "deadlines", "WTD-06";
worldtracer_wtd_07 => "worldtracer", "deadlines", "WTD-07";
worldtracer_wtd_09 => "worldtracer", "deadlines", "WTD-09";
worldtracer_wtm_01 => "worldtracer", "matching", "WTM-01";
worldtracer_wtm_04 => "worldtracer", "matching", "WTM-04";
worldtracer_wtm_06 => "worldtracer", "matching", "WTM-06";
worldtracer_wtm_07 => "worldtracer", "matching", "WTM-07";
worldtracer_wtm_08 => "worldtracer", "matching", "WTM-08";
worldtracer_wtm_09 => "worldtracer", "matching", "WTM-09";
worldtracer_pir_01 => "worldtracer", "sample_files", "PIR-01";
worldtracer_pir_02 => "worldtracer", "sample_files", "PIR-02";
worldtracer_pir_03 => "worldtracer", "sample_files", "PIR-03";
worldtracer_pir_04 => "worldtracer", "sample_files", "PIR-04";
worldtracer_pir_05 => "worldtracer", "sample_files", "PIR-05";
entitlement_cases_eu261_01 => "entitlement_cases", "vectors", "EU261-01";
entitlement_cases_eu261_04 => "entitlement_cases", "vectors", "EU261-04";
entitlement_cases_eu261_06 => "entitlement_cases", "vectors", "EU261-06";
entitlement_cases_eu261_07 => "entitlement_cases", "vectors", "EU261-07";
entitlement_cases_eu261_08 => "entitlement_cases", "vectors", "EU261-08";
entitlement_cases_eu261_09 => "entitlement_cases", "vectors", "EU261-09";
entitlement_cases_eu261_10 => "entitlement_cases", "vectors", "EU261-10";
entitlement_cases_eu261_11 => "entitlement_cases", "vectors", "EU261-11";
entitlement_cases_eu261_13 => "entitlement_cases", "vectors", "EU261-13";
entitlement_cases_eu261_14 => "entitlement_cases", "vectors", "EU261-14";
entitlement_cases_eu261_16 => "entitlement_cases", "vectors", "EU261-16";
entitlement_cases_eu261_19 => "entitlement_cases", "vectors", "EU261-19";
entitlement_cases_eu261_20 => "entitlement_cases", "vectors", "EU261-20";
entitlement_cases_eu261_22 => "entitlement_cases", "vectors", "EU261-22";
entitlement_cases_eu261_25 => "entitlement_cases", "vectors", "EU261-25";
entitlement_cases_eu261_26 => "entitlement_cases", "vectors", "EU261-26";
entitlement_cases_eu261_28 => "entitlement_cases", "vectors", "EU261-28";
entitlement_cases_eu261_29 => "entitlement_cases", "vectors", "EU261-29";
entitlement_cases_uk261_01 => "entitlement_cases", "vectors", "UK261-01";
entitlement_cases_uk261_02 => "entitlement_cases", "vectors", "UK261-02";
entitlement_cases_uk261_03 => "entitlement_cases", "vectors", "UK261-03";
entitlement_cases_cn_01 => "entitlement_cases", "vectors", "CN-01";
entitlement_cases_cn_02 => "entitlement_cases", "vectors", "CN-02";
entitlement_cases_cn_03 => "entitlement_cases", "vectors", "CN-03";
entitlement_cases_cn_04 => "entitlement_cases", "vectors", "CN-04";
entitlement_cases_cn_06 => "entitlement_cases", "vectors", "CN-06";
entitlement_cases_cn_07 => "entitlement_cases", "vectors", "CN-07";
entitlement_cases_cn_08 => "entitlement_cases", "vectors", "CN-08";
entitlement_cases_cn_11 => "entitlement_cases", "vectors", "CN-11";
entitlement_cases_cn_12 => "entitlement_cases", "vectors", "CN-12";
entitlement_cases_cn_16 => "entitlement_cases", "vectors", "CN-16";
entitlement_cases_us_01 => "entitlement_cases", "vectors", "US-01";
entitlement_cases_us_03 => "entitlement_cases", "vectors", "US-03";
entitlement_cases_us_05 => "entitlement_cases", "vectors", "US-05";
entitlement_cases_us_06 => "entitlement_cases", "vectors", "US-06";
entitlement_cases_us_09 => "entitlement_cases", "vectors", "US-09";
entitlement_cases_us_10 => "entitlement_cases", "vectors", "US-10";
entitlement_cases_us_13 => "entitlement_cases", "vectors", "US-13";
entitlement_cases_us_15 => "entitlement_cases", "vectors", "US-15";
entitlement_cases_us_16 => "entitlement_cases", "vectors", "US-16";
entitlement_cases_us_17 => "entitlement_cases", "vectors", "US-17";
entitlement_cases_us_18 => "entitlement_cases", "vectors", "US-18";
entitlement_cases_us_19 => "entitlement_cases", "vectors", "US-19";
entitlement_cases_mc99_01 => "entitlement_cases", "vectors", "MC99-01";
entitlement_cases_mc99_02 => "entitlement_cases", "vectors", "MC99-02";
entitlement_cases_mc99_04 => "entitlement_cases", "vectors", "MC99-04";
entitlement_cases_mc99_05 => "entitlement_cases", "vectors", "MC99-05";
entitlement_cases_mc99_09 => "entitlement_cases", "vectors", "MC99-09";
service_clock_cases_sla_01 => "service_clock_cases", "vectors", "SLA-01";
service_clock_cases_sla_02 => "service_clock_cases", "vectors", "SLA-02";
service_clock_cases_sla_06 => "service_clock_cases", "vectors", "SLA-06";
service_clock_cases_sla_07 => "service_clock_cases", "vectors", "SLA-07";
service_clock_cases_sla_10 => "service_clock_cases", "vectors", "SLA-10";
service_clock_cases_sla_11 => "service_clock_cases", "vectors", "SLA-11";
service_clock_cases_sla_12 => "service_clock_cases", "vectors", "SLA-12";
service_clock_cases_sla_13 => "service_clock_cases", "vectors", "SLA-13";
service_clock_cases_sla_14 => "service_clock_cases", "vectors", "SLA-14";
service_clock_cases_sla_15 => "service_clock_cases", "vectors", "SLA-15";
service_clock_cases_sla_16 => "service_clock_cases", "vectors", "SLA-16";
service_clock_cases_sla_17 => "service_clock_cases", "vectors", "SLA-17";
misconnection_cases_mct_01 => "misconnection_cases", "vectors", "MCT-01";
misconnection_cases_mct_03 => "misconnection_cases", "vectors", "MCT-03";
misconnection_cases_mct_06 => "misconnection_cases", "vectors", "MCT-06";
misconnection_cases_mct_08 => "misconnection_cases", "vectors", "MCT-08";
airport_distance_dst_01 => "airport_distance", "vectors", "DST-01";
airport_distance_dst_02 => "airport_distance", "vectors", "DST-02";
airport_distance_dst_03 => "airport_distance", "vectors", "DST-03";
airport_distance_dst_04 => "airport_distance", "vectors", "DST-04";
airport_distance_dst_05 => "airport_distance", "vectors", "DST-05";
airport_distance_dst_06 => "airport_distance", "vectors", "DST-06";
airport_distance_dst_07 => "airport_distance", "vectors", "DST-07";
airport_distance_dst_08 => "airport_distance", "vectors", "DST-08";
airport_distance_dst_09 => "airport_distance", "vectors", "DST-09";
airport_distance_dst_10 => "airport_distance", "vectors", "DST-10";
airport_distance_dst_11 => "airport_distance", "vectors", "DST-11";
airport_distance_dst_12 => "airport_distance", "vectors", "DST-12";
airport_distance_dst_13 => "airport_distance", "vectors", "DST-13";
airport_distance_dst_14 => "airport_distance", "vectors", "DST-14";
airport_distance_dst_15 => "airport_distance", "vectors", "DST-15";
airport_distance_dst_16 => "airport_distance", "vectors", "DST-16";
airport_distance_dst_17 => "airport_distance", "vectors", "DST-17";
airport_distance_dst_18 => "airport_distance", "vectors", "DST-18";
airport_distance_dst_19 => "airport_distance", "vectors", "DST-19";
airport_distance_dst_20 => "airport_distance", "vectors", "DST-20";
airport_distance_dst_21 => "airport_distance", "vectors", "DST-21";
airport_distance_dst_22 => "airport_distance", "vectors", "DST-22";
airport_distance_dst_23 => "airport_distance", "vectors", "DST-23";
airport_distance_dst_24 => "airport_distance", "vectors", "DST-24";
airport_distance_dst_25 => "airport_distance", "vectors", "DST-25";}

/// The lists that each file may have.
const LISTS: &[(&str, &[&str])] = &[
    ("bcbp_valid", &["vectors"]),
    ("bcbp_deviant", &["vectors"]),
    ("bcbp_reject", &["vectors"]),
    ("bcbp_variable_field", &["vectors"]),
    ("bcbp_dates", &["vectors"]),
    ("typeb_bag", &["vectors"]),
    ("typeb_pnl_adl", &["vectors", "sequences"]),
    ("typeb_departure", &["vectors"]),
    ("bagtag_lpn", &["vectors", "expansion"]),
    ("worldtracer", &["file_reference", "colour_type", "deadlines", "matching", "sample_files", "file_life"]),
    ("entitlement_cases", &["vectors"]),
    ("service_clock_cases", &["vectors"]),
    ("misconnection_cases", &["vectors"]),
    ("airport_distance", &["vectors"]),
];

#[test]
fn no_shipped_vector_is_without_its_test() {
    let folder = shipped();
    for (file, lists) in LISTS {
        let content = load(&folder, file);
        for list in *lists {
            for case in cases(&content, list).filter(|case| case["id"].is_string()) {
                let id = case["id"].as_str().unwrap();
                assert!(TESTED.contains(&(file, list, id)), "{file} {list} {id} has no test");
            }
        }
    }
}

#[test]
fn tracing_files_live_as_long_as_the_vectors_say() {
    for case in cases(&load(&shipped(), "worldtracer"), "file_life") {
        check_file_life(case).unwrap();
    }
}

/// Cases that may not be copied are checked where they are.
#[test]
fn every_vector_held_elsewhere_is_met_too() {
    let Some(folder) = std::env::var_os("APRON_VECTORS").map(PathBuf::from) else { return };
    let (mut passed, mut failed) = (BTreeMap::<&str, usize>::new(), Vec::new());
    for (file, lists) in LISTS {
        let content = load(&folder, file);
        for list in *lists {
            for case in cases(&content, list) {
                match check(&folder, file, list, case) {
                    Ok(()) => *passed.entry(file).or_default() += 1,
                    Err(difference) => failed.push(format!("{}: {difference}", case["id"])),
                }
            }
        }
    }
    println!("{passed:#?}");
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors")
}

fn load(folder: &Path, file: &str) -> Value {
    let text = std::fs::read_to_string(folder.join(file).with_extension("json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn cases<'a>(file: &'a Value, list: &str) -> impl Iterator<Item = &'a Value> {
    file[list].as_array().into_iter().flatten()
}

type Check = Result<(), String>;

fn check(folder: &Path, file: &str, list: &str, case: &Value) -> Check {
    match (file, list) {
        ("bcbp_valid" | "bcbp_deviant", _) => check_pass(case),
        ("bcbp_reject", _) => equal(&decoded(DecodeKind::Bcbp, &case["raw"])["error"], &case["expect_error"]),
        ("bcbp_variable_field", _) => check_variable_field(case),
        ("bcbp_dates", _) => {
            let value = &decided(DecideKind::FlightDate, case)["value"];
            equal(&value["flight_date"], &case["flight_date"])?;
            equal(&value["issue_date"], &case["issue_date"])
        }
        ("typeb_pnl_adl", "sequences") => check_sequence(folder, case),
        ("typeb_bag" | "typeb_pnl_adl" | "typeb_departure", _) => check_message(file, case),
        ("bagtag_lpn", "expansion") => check_expansion(case),
        ("bagtag_lpn", _) => check_code(DecodeKind::BagTag, case),
        ("worldtracer", "file_reference") => check_code(DecodeKind::PirReference, case),
        ("worldtracer", "colour_type") => check_look(case),
        ("worldtracer", "deadlines") => check_complaint(case),
        ("worldtracer", "matching") => equal(&decided(DecideKind::Match, case)["value"], &case["expect"]),
        ("worldtracer", "sample_files") => check_sample(case),
        ("worldtracer", "file_life") => check_file_life(case),
        ("entitlement_cases", _) => contains(&decided(DecideKind::Entitlement, case)["value"], &case["expect"]),
        ("service_clock_cases", _) => check_clock(case),
        ("misconnection_cases", _) => contains(&decided(DecideKind::Misconnection, case)["value"], &case["expect"]),
        ("airport_distance", _) => check_distance(case),
        _ => Err(format!("nothing checks {file} {list}")),
    }
}

fn decoded(kind: DecodeKind, text: &Value) -> Value {
    decode::line(kind, &text.to_string())
}

/// The case without its answer is the question.
fn decided(kind: DecideKind, case: &Value) -> Value {
    let mut question = case.clone();
    if let Some(fields) = question.as_object_mut() {
        for answer in ["expect", "deadline", "reminder", "flight_date", "issue_date"] {
            fields.remove(answer);
        }
    }
    decide::line(kind, &question.to_string())
}

fn equal(got: &Value, wanted: &Value) -> Check {
    if got == wanted { Ok(()) } else { Err(format!("got {got}, wanted {wanted}")) }
}

/// Every wanted key has its wanted value; numbers are equal as numbers.
fn contains(got: &Value, wanted: &Value) -> Check {
    let fields = wanted.as_object().ok_or("the wanted value is no object")?;
    for (key, wanted) in fields {
        let same = match (got[key].as_f64(), wanted.as_f64()) {
            (Some(got), Some(wanted)) => (got - wanted).abs() < 1e-9,
            _ => &got[key] == wanted,
        };
        if !same {
            return Err(format!("{key}: got {}, wanted {wanted}", got[key]));
        }
    }
    Ok(())
}

fn check_pass(case: &Value) -> Check {
    let answer = decoded(DecodeKind::Bcbp, &case["raw"]);
    equal(&answer["value"], &case["expect"])?;
    equal(&answer["deviations"], &case["deviations"])?;
    let is_valid = case["deviations"] == json!([]);
    equal(&answer["verdict"], &json!(if is_valid { "valid" } else { "deviant" }))?;
    if !is_valid {
        return Ok(());
    }
    let mut raw = case["raw"].as_str().unwrap();
    if case["strip_before_parse"].is_array() {
        raw = raw.trim_end_matches(['\r', '\n']);
        raw = raw.strip_prefix(']').map_or(raw, |rest| &rest[2..]);
    }
    equal(&answer["encoded"], &json!(raw))
}

fn check_variable_field(case: &Value) -> Check {
    let answer = decoded(DecodeKind::Bcbp, &case["wrapped_raw"]);
    equal(&answer["deviations"], &case["deviations"])?;
    let (value, leg) = (&answer["value"], &answer["value"]["legs"][0]);
    let wanted = trimmed(&case["expect"]);
    for field in ["version", "unique_size", "unique"] {
        equal(&value[field], &wanted[field])?;
    }
    for field in ["repeated_size", "repeated", "airline_private"] {
        equal(&leg[field], &wanted[field])?;
    }
    equal(&leg["var_size"], &case["size_hex"])
}

/// All texts in it without blanks at their end.
fn trimmed(value: &Value) -> Value {
    match value {
        Value::String(text) => json!(text.trim_end()),
        Value::Object(fields) => fields.iter().map(|(key, value)| (key.clone(), trimmed(value))).collect(),
        other => other.clone(),
    }
}

fn check_message(file: &str, case: &Value) -> Check {
    let answer = decoded(DecodeKind::TypeB, &case["text"]);
    if case["expect_error"].is_string() {
        return equal(&answer["error"], &case["expect_error"]);
    }
    let text = case["text"].as_str().unwrap();
    match file {
        "typeb_departure" => contains(&answer["value"], &case["expect"]),
        "typeb_bag" => {
            equal(&answer["value"], &case["expect"])?;
            let written = BagMessage::parse(text).map_err(|error| error.to_string())?.lines().join("\n");
            equal(&json!(written), &case["text"])
        }
        _ => {
            equal(&answer["value"], &case["expect"])?;
            let list = NameList::parse(text).map_err(|error| error.to_string())?;
            let again = NameList::parse(&list.lines().join("\r\n")).map_err(|error| error.to_string())?;
            if list == again { Ok(()) } else { Err("written back it reads differently".to_owned()) }
        }
    }
}

/// The seats that a sequence's words promise.
fn check_sequence(folder: &Path, case: &Value) -> Check {
    let file = load(folder, "typeb_pnl_adl");
    let text = |id: &Value| cases(&file, "vectors").find(|case| &case["id"] == id).and_then(|case| case["text"].as_str());
    let Some(texts) = cases(case, "apply").map(text).collect::<Option<Vec<&str>>>() else {
        return Ok(());
    };
    let state = |texts: &[&str]| {
        let mut parts = ListParts::default();
        for text in texts {
            parts.add(NameList::parse(text).unwrap());
        }
        parts.state()
    };
    let forwards = state(&texts);
    let backwards = state(&texts.iter().rev().copied().collect::<Vec<_>>());
    if forwards != backwards {
        return Err("the order of arrival made a difference".to_owned());
    }
    let words = case["expect"].as_str().unwrap_or_default();
    let seats = words.split(' ').zip(words.split(' ').skip(1)).find(|(_, unit)| unit.starts_with("seats")).map(|(seats, _)| seats);
    seats.map_or(Ok(()), |seats| equal(&json!(forwards.seats().to_string()), &json!(seats)))
}

fn check_expansion(case: &Value) -> Check {
    let rule = case["bcbp_version"].as_u64().map_or(CountRule::Tags, |version| CountRule::of_pass_version(u8::try_from(version).unwrap()));
    let field = case["field"].as_str().unwrap().split('/').next().unwrap();
    let plates = match TagRun::read(field, rule) {
        Ok(Some(run)) => run.plates().map_or(Value::Null, |plates| json!(plates)),
        Ok(None) => json!([]),
        Err(_) => Value::Null,
    };
    equal(&plates, &case["plates"])
}

fn check_code(kind: DecodeKind, case: &Value) -> Check {
    let answer = decoded(kind, &case["in"]);
    equal(&answer["ok"], &case["valid"])?;
    equal(&answer["value"], &case["expect"])?;
    if case["normalised"].is_string() { equal(&answer["normalised"], &case["normalised"]) } else { Ok(()) }
}

fn check_look(case: &Value) -> Check {
    let look = case["in"].as_str().unwrap().parse::<BagLook>();
    equal(&json!(look.is_ok()), &case["valid"])?;
    let elements = |look: &BagLook| look.elements().iter().map(|element| element.to_string()).collect::<Vec<_>>();
    let value = look.map_or(Value::Null, |look| json!({"colour": look.colour(), "type": look.kind(), "elements": elements(&look)}));
    equal(&value, &case["expect"])
}

fn check_complaint(case: &Value) -> Check {
    let day = |name: &str| -> NaiveDate { case[name].as_str().unwrap().parse().unwrap() };
    let (start, today) = (day("start"), day("today"));
    let value = match case["kind"].as_str() {
        Some("not_arrived") => json!({"treated_as_lost_from": lost_from(start), "lost": lost_from(start).is_some_and(|lost| today >= lost)}),
        kind => {
            let complaint = if kind == Some("damage") { Complaint::Damage } else { Complaint::Delay };
            let by = complaint_by(complaint, start);
            json!({"complain_by": by, "in_time": by.is_some_and(|by| today <= by)})
        }
    };
    equal(&value, &case["expect"])
}

/// Sample files hold references and descriptions that must be readable.
fn check_sample(case: &Value) -> Check {
    let fields = &case["text_fields"];
    let reference = fields["reference"].as_str().unwrap_or_default();
    reference.parse::<FileReference>().map_err(|error| error.to_string())?;
    match fields["CT"].as_str() {
        Some(look) => look.parse::<BagLook>().map(drop).map_err(|error| error.to_string()),
        None => Ok(()),
    }
}

fn check_file_life(case: &Value) -> Check {
    let file = case["file"].as_str().unwrap_or_default();
    let life = FILE_LIFE.iter().find(|life| json!(life.kind) == case["file"]).ok_or_else(|| format!("{file} is not known"))?;
    let hours = case["open_hours"].as_u64().or(case["open_days"].as_u64().map(|days| days * 24));
    equal(&json!([life.open_hours, life.closed_days]), &json!([hours, case["closed_days"]]))
}

fn check_clock(case: &Value) -> Check {
    let value = &decided(DecideKind::Deadline, case)["value"];
    let fields = case.as_object().unwrap();
    let answers = fields.keys().filter(|key| matches!(key.as_str(), "deadline" | "reminder") || key.starts_with("elapsed_at_"));
    for answer in answers {
        equal(&value[answer], &case[answer])?;
    }
    Ok(())
}

/// Half a per cent of tolerance: coordinates of airports are not better known.
fn check_distance(case: &Value) -> Check {
    let place = |name: &str| airport(case[name].as_str().unwrap().parse().unwrap()).ok_or_else(|| format!("{} is not in the table", case[name]));
    let (from, to) = (place("from")?, place("to")?);
    let wanted = case["km"].as_f64().unwrap();
    let got = distance_km(&from, &to);
    if (got - wanted).abs() > wanted * 0.005 {
        return Err(format!("got {got} km, wanted {wanted}"));
    }
    equal(
        &json!([from.zone.name(), to.zone.name(), from.country, to.country]),
        &json!([case["from_tz"], case["to_tz"], case["from_country"], case["to_country"]]),
    )
}
