//! What screens say of hosts that have fallen silent: one calm line, gone when the host speaks again.

use std::sync::{Arc, Mutex, PoisonError};

use schemas::record::FlightKey;
use schemas::station::{HostSilence, Rhythm};

use super::Web;

/// How often hosts speak, where that was told, and what was found last: asking anew costs a look at every flight.
#[derive(Clone, Default)]
pub(super) struct Hosts {
    told: Option<Rhythm>,
    found: Arc<Mutex<Found>>,
}

#[derive(Default)]
struct Found {
    /// When, in steps.
    at: Option<i64>,
    silent: Vec<HostSilence>,
}

/// Silence begins at no event: so often it is looked for.
const STEP_MS: i64 = 5_000;

impl Hosts {
    pub(super) fn told(minutes: Option<u32>) -> Self {
        Self { told: minutes.map(Rhythm::told), found: Arc::default() }
    }
}

impl Web {
    /// The hosts that are late now.
    pub(super) fn silent_hosts(&self) -> Vec<HostSilence> {
        let now_ms = self.services.now_ms();
        // Not anew at each change, which come many a second: silence is of minutes, and a word is seen within a step.
        let at = Some(now_ms.div_euclid(STEP_MS));
        let mut found = self.hosts.found.lock().unwrap_or_else(PoisonError::into_inner);
        if found.at != at {
            found.silent = self.services.read(|station| station.silent_hosts(now_ms, self.hosts.told));
            found.at = at;
        }
        found.silent.clone()
    }

    /// `Host silent since 10:33`, for the screens of a flight; empty while its host is heard, or nothing is expected of it.
    pub(super) fn host_silent(&self, key: &FlightKey) -> String {
        let of_flight = |host: &HostSilence| host.station == key.station() && host.carrier == key.carrier();
        let found = self.silent_hosts().into_iter().find(of_flight);
        found.map(|host| self.say.t("host-silent").arg("time", self.services.local_time(host.since)).to_string()).unwrap_or_default()
    }

    /// The same for a page of many flights: each host that is late, at the hub with its station.
    pub(super) fn hosts_silent(&self, sees: impl Fn(&HostSilence) -> bool) -> String {
        let hosts = self.silent_hosts().into_iter().filter(sees);
        let said = hosts.map(|host| {
            let said = self.say.t("host-silent-of").arg("carrier", host.carrier.to_string()).arg("time", self.services.local_time(host.since));
            let said = if self.services.is_hub() { said.of("at").arg("station", host.station.to_string()) } else { said };
            said.to_string()
        });
        self.say.sentences(&said.collect::<Vec<_>>())
    }
}
