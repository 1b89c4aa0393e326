//! Live events: which kind of thing changed, never what it says. The page asks again for what it shows.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event as Message, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, StreamExt};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_stream::wrappers::BroadcastStream;

use super::{Web, who};

/// Screens that listen at once; a desk has a few, the hub's wall some more.
const LISTENERS_MAX: usize = 64;

/// Places for listening screens.
#[derive(Clone)]
pub(super) struct Listeners(Arc<Semaphore>);

impl Listeners {
    pub(super) fn new() -> Self {
        Self(Arc::new(Semaphore::new(LISTENERS_MAX)))
    }
}

pub(super) async fn live(State(web): State<Web>, headers: HeaderMap) -> Response {
    let Ok(place) = web.listeners.0.clone().try_acquire_owned() else { return StatusCode::SERVICE_UNAVAILABLE.into_response() };
    // A screen at which nobody is signed in hears that something changed, and not what.
    let known = who::number(&headers).is_some();
    Sse::new(messages(&web, place, known)).keep_alive(KeepAlive::new().interval(Duration::from_secs(10))).into_response()
}

/// A listener that was too slow hears one event for all that it missed.
fn messages(web: &Web, place: OwnedSemaphorePermit, known: bool) -> impl Stream<Item = Result<Message, Infallible>> + use<> {
    BroadcastStream::new(web.services.events()).map(move |event| {
        let _listens = &place;
        let data = match event {
            Ok(event) if known => format!("{} {}", event.kind, event.id),
            Ok(_) | Err(_) => "many".to_owned(),
        };
        Ok(Message::default().event("change").data(data.replace(['\r', '\n'], " ")))
    })
}
