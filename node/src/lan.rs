//! The screens for other devices of the local network: gets their certificate, keeps it fresh, and serves them for as long as they may be served.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use sync::identity::{Identity, SCREEN_DAYS, ScreenIdentity, ScreenKey, ScreenName};
use sync::transport::{ScreenLimits, ScreenPort, ScreenRequest, ShownCertificate, TimeSource, ask_for_screens};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::screen_names::ScreenNames;
use crate::services::Services;
use crate::web;

/// Where screens are served to the network, and by which names other devices reach them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LanScreens {
    pub listen: SocketAddr,
    /// At least one.
    pub names: Vec<ScreenName>,
}

/// Who signs the certificate of these screens.
pub enum Signer {
    /// This node is the hub.
    Here(Arc<ScreenNames>),
    /// The hub at this address.
    Hub { address: String, time: TimeSource },
    /// No hub is known here.
    Nobody,
}

/// What the screens of this node say about the network. Copies are the same.
#[derive(Debug, Clone, Default)]
pub struct Lan(Arc<Mutex<Shown>>);

/// How the screens on the network are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown {
    pub state: State,
    pub listen: Option<SocketAddr>,
    pub names: Vec<ScreenName>,
    /// Unix seconds at which the certificate ends.
    pub ends: Option<i64>,
    /// The authority (DER) that devices are to trust, once it is known here.
    pub authority_der: Option<Vec<u8>>,
    /// What went wrong when the certificate or the port was asked for last, in English.
    pub trouble: Option<String>,
}

/// Whether other devices are served.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum State {
    /// Not configured.
    #[default]
    Off,
    /// Nobody is written down as staff: whoever came over the network would be anybody.
    NoStaff,
    /// No certificate yet, or it has ended.
    NoCertificate,
    /// The port cannot be had.
    NoPort,
    Serving,
}

/// Everything that the screens on the network need.
pub struct Keeper {
    pub screens: LanScreens,
    /// Where key and certificate are kept.
    pub folder: PathBuf,
    pub signer: Signer,
    pub identity: Arc<Identity>,
    pub services: Services,
    pub router: Router,
    pub lan: Lan,
}

/// The certificate is asked for again when so much of its time is left: half a year without a hub is survived.
const RENEW_DAYS: i64 = SCREEN_DAYS / 2;
/// People are warned from here on.
pub const WARN_DAYS: i64 = 30;
const DAY_S: i64 = 86_400;
/// As often as is looked whether something has to be done.
const LOOK: Duration = Duration::from_secs(1);
/// The first and the longest wait after the hub gave none, in looks.
const ASK_AGAIN: (u32, u32) = (5, 600);
/// As often as people are warned in the log, in looks.
const WARN_AGAIN: u32 = 24 * 3600;
/// As long as a browser's last answer may take when the node stops.
const DRAIN: Duration = Duration::from_secs(3);

impl Lan {
    pub fn shown(&self) -> Shown {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn change(&self, change: impl FnOnce(&mut Shown)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// What the hub's page shows without screens on the network: the authority is known there from the start.
    pub fn know(&self, authority_der: &[u8]) {
        self.change(|shown| shown.authority_der = Some(authority_der.to_vec()));
    }
}

/// Days until then, downwards.
pub fn days_left(ends: i64, now_unix: i64) -> i64 {
    (ends - now_unix).div_euclid(DAY_S)
}

/// A port that is served, and what ends it.
struct Serving {
    shown: ShownCertificate,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Keeper {
    /// Keeps the screens as they should be until `stop`.
    pub async fn keep(self, mut stop: watch::Receiver<bool>) {
        let mut own = self.kept();
        let (mut ask_in, mut wait) = (0, ASK_AGAIN.0);
        let mut warn_in = 0;
        let mut serving: Option<Serving> = None;
        loop {
            let now = self.services.now_ms() / 1000;
            if ask_in == 0 && is_due(own.as_ref(), &self.screens.names, now) {
                match self.ask().await {
                    Ok(identity) => {
                        if let Some(serving) = &serving
                            && let Err(error) = serving.shown.renew(&identity)
                        {
                            tracing::error!(%error, "browsers are still shown the certificate before");
                        }
                        tracing::info!(names = identity.names().len(), days = days_left(identity.ends(), now), "the screens have a certificate");
                        (own, wait) = (Some(identity), ASK_AGAIN.0);
                        self.lan.change(|shown| shown.trouble = None);
                    }
                    Err(why) => {
                        tracing::warn!(why, "no new certificate for the screens; asking again");
                        self.lan.change(|shown| shown.trouble = Some(why));
                        ask_in = wait;
                        wait = (wait * 2).min(ASK_AGAIN.1);
                    }
                }
            }
            let usable = own.as_ref().filter(|own| is_usable(own, &self.screens.names, now));
            if let Some(own) = usable
                && days_left(own.ends(), now) < WARN_DAYS
                && warn_in == 0
            {
                tracing::warn!(days = days_left(own.ends(), now), "the certificate of the screens ends soon, and the hub gave no other");
                warn_in = WARN_AGAIN;
            }
            let may = self.services.read(|station| station.has_staff());
            match (usable, may, &serving) {
                (Some(own), true, None) => serving = self.open(own),
                (None, _, Some(_)) | (_, false, Some(_)) => close(serving.take()).await,
                _ => {}
            }
            // A port that ended by itself is opened again at the next look.
            if serving.as_ref().is_some_and(|serving| serving.task.is_finished()) {
                serving = None;
            }
            self.show(own.as_ref(), may, serving.is_some(), now);
            (ask_in, warn_in) = (ask_in.saturating_sub(1), warn_in.saturating_sub(1));
            tokio::select! {
                _ = stop.changed() => break,
                () = tokio::time::sleep(LOOK) => {}
            }
        }
        close(serving).await;
    }

    /// What was kept here; a certificate that cannot be read is asked for again.
    fn kept(&self) -> Option<ScreenIdentity> {
        ScreenIdentity::load(&self.folder).unwrap_or_else(|error| {
            tracing::warn!(error = &error as &dyn std::error::Error, "the certificate of the screens cannot be read; another is asked for");
            None
        })
    }

    async fn ask(&self) -> Result<ScreenIdentity, String> {
        let words = |error: &dyn std::error::Error| match error.source() {
            Some(source) => format!("{error}: {source}"),
            None => error.to_string(),
        };
        let key = ScreenKey::open(&self.folder).map_err(|error| words(&error))?;
        let csr_der = key.request().map_err(|error| words(&error))?;
        let names = self.screens.names.clone();
        let grant = match &self.signer {
            Signer::Here(authority) => {
                let request = ScreenRequest { member: self.identity.member().clone(), csr_der, names };
                authority.grant(&request).map_err(|error| words(&error))?
            }
            Signer::Hub { address, time } => {
                ask_for_screens(address, &self.identity, &csr_der, &names, time.clone()).await.map_err(|error| words(&error))?
            }
            Signer::Nobody => return Err("no hub is known here; name it with `hub` in the configuration file".to_owned()),
        };
        let identity = ScreenIdentity::new(key, grant.certificate_der, grant.authority_der).map_err(|error| words(&error))?;
        identity.save(&self.folder).map_err(|error| words(&error))?;
        Ok(identity)
    }

    fn open(&self, own: &ScreenIdentity) -> Option<Serving> {
        let shown = match ShownCertificate::new(own) {
            Ok(shown) => shown,
            Err(error) => {
                self.trouble(error.to_string());
                return None;
            }
        };
        let port = match ScreenPort::bind(self.screens.listen, shown.clone(), ScreenLimits::default()) {
            Ok(port) => port,
            Err(error) => {
                self.trouble(format!("{} cannot be had for the screens: {}", self.screens.listen, error.kind()));
                return None;
            }
        };
        let (stop, stopping) = watch::channel(false);
        let local = port.local_addr();
        tracing::info!(lan = %local, "the screens are served to the local network");
        self.lan.change(|shown| {
            shown.listen = Some(local);
            shown.trouble = None;
        });
        let task = tokio::spawn(web::lan::serve(port, self.router.clone(), stopping, DRAIN));
        Some(Serving { shown, stop, task })
    }

    fn trouble(&self, words: String) {
        self.lan.change(|shown| {
            if shown.trouble.as_ref() != Some(&words) {
                tracing::error!(why = words, "the screens are not served to the local network");
            }
            shown.trouble = Some(words);
        });
    }

    fn show(&self, own: Option<&ScreenIdentity>, may: bool, is_open: bool, now: i64) {
        let has = own.is_some_and(|own| is_usable(own, &self.screens.names, now));
        let state = match (is_open, has, may) {
            (true, ..) => State::Serving,
            (_, false, _) => State::NoCertificate,
            (_, true, false) => State::NoStaff,
            (_, true, true) => State::NoPort,
        };
        let before = self.lan.shown();
        self.lan.change(|shown| {
            shown.state = state;
            shown.names.clone_from(&self.screens.names);
            shown.listen = shown.listen.filter(|_| is_open).or(Some(self.screens.listen));
            shown.ends = own.map(ScreenIdentity::ends);
            if let Some(own) = own {
                shown.authority_der = Some(own.authority_der().to_vec());
            }
        });
        if before.state != state && state == State::NoStaff {
            tracing::warn!("the screens are not served to the local network: nobody is written down as staff, and whoever came would be anybody");
        }
        if before.state != state {
            self.services.tell("lan");
        }
    }
}

/// Whether another certificate is to be asked for.
fn is_due(own: Option<&ScreenIdentity>, names: &[ScreenName], now: i64) -> bool {
    own.is_none_or(|own| !is_usable(own, names, now) || days_left(own.ends(), now) < RENEW_DAYS)
}

/// Whether browsers may be shown it.
fn is_usable(own: &ScreenIdentity, names: &[ScreenName], now: i64) -> bool {
    now < own.ends() && names.iter().all(|name| own.names().contains(name))
}

async fn close(serving: Option<Serving>) {
    let Some(serving) = serving else { return };
    serving.stop.send_replace(true);
    let _ = tokio::time::timeout(DRAIN + LOOK, serving.task).await;
}

#[cfg(test)]
mod tests {
    use sync::identity::{Authority, ScreenAuthority};

    use super::*;

    const NOW: i64 = 1_795_000_000;

    #[test]
    fn a_certificate_is_asked_for_again_half_way_and_when_the_names_change() {
        let dir = tempfile::tempdir().unwrap();
        let authority = ScreenAuthority::open(dir.path(), &Authority::create("test", NOW).unwrap(), NOW).unwrap();
        let names = |names: &[&str]| names.iter().map(|name| name.parse().unwrap()).collect::<Vec<ScreenName>>();
        let key = ScreenKey::create().unwrap();
        let certificate = authority.sign(&key.request().unwrap(), &names(&["g12", "10.0.0.7"]), NOW).unwrap();
        let own = ScreenIdentity::new(key, certificate, authority.ca_der().to_vec()).unwrap();
        let due = |of: &[&str], now| is_due(Some(&own), &names(of), now);
        assert!(!due(&["g12", "10.0.0.7"], NOW) && !due(&["g12"], NOW + 100 * DAY_S));
        assert!(due(&["g12"], NOW + 200 * DAY_S) && is_usable(&own, &names(&["g12"]), NOW + 200 * DAY_S));
        assert!(due(&["g12", "g13"], NOW) && !is_usable(&own, &names(&["g13"]), NOW));
        assert!(!is_usable(&own, &names(&["g12"]), own.ends()) && is_due(None, &names(&["g12"]), NOW));
        assert_eq!(days_left(own.ends(), own.ends() - 3 * DAY_S - 1), 3);
    }
}
