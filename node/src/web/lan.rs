//! HTTP for browsers of the local network, inside TLS: one version of it, small headers, and an end to whoever sends them slowly.

use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use sync::transport::{ScreenPort, ScreenStream};
use tokio::sync::watch;

/// From the first byte of a request to the end of its headers; also as long as a connection rests between two requests.
const HEADER_TIME: Duration = Duration::from_secs(15);
/// A browser sends some twenty.
const HEADERS_MAX: usize = 64;
/// All headers of a request, and what is read ahead of a body.
const BUFFER_MAX: usize = 16 * 1024;

/// Serves the pages until `stopping`; answers that are under way have `drain` to end.
pub(crate) async fn serve(port: ScreenPort, router: Router, stopping: watch::Receiver<bool>, drain: Duration) {
    let carry = {
        let stopping = stopping.clone();
        move |stream: ScreenStream| answer(stream, router.clone(), stopping.clone())
    };
    let mut stop = stopping;
    let stop = async move {
        let _ = stop.wait_for(|stop| *stop).await;
    };
    port.run(carry, stop, drain).await;
}

async fn answer(stream: ScreenStream, router: Router, mut stopping: watch::Receiver<bool>) {
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIME)
        .max_headers(HEADERS_MAX)
        .max_buf_size(BUFFER_MAX)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = async { drop(stopping.wait_for(|stop| *stop).await) } => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a browser's connection ended");
    }
}
