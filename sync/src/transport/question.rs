//! One question and one answer on a connection of its own, over whichever carrier gets through: for joining, and for certificates.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use quinn::{Connection, VarInt};
use rustls::pki_types::CertificateDer;
use tokio::io::AsyncWriteExt;
use tokio::time::{sleep, timeout};

use super::answer::Refusal;
use super::close::{CloseCode, Closed};
use super::dial::{DialError, connect, connect_tcp, either};
use super::pieces::{self, ReadError};
use super::settings::Settings;
use super::stream::{Budget, Reading, read_frame};
use super::{tcp, tls};
use crate::frame::Frame;

/// The other side, over whichever carrier got through.
pub(super) enum Reached {
    Quic(quinn::Endpoint, Connection),
    Tcp(Box<tcp::Stream>),
}

/// Why there was no answer.
pub(super) enum NoAnswer {
    Silent,
    Closed(Closed),
    Unreadable,
}

/// A connection whose handshake is done.
pub(super) async fn reach(address: SocketAddr, config: &tls::Client, settings: &Settings) -> Result<Reached, DialError> {
    let (quic, tcp) = (reach_quic(address, config, settings), reach_tcp(address, config, settings));
    either(quic, tcp, sleep(settings.head_start)).await
}

impl Reached {
    /// What the other side showed in the handshake.
    pub(super) fn certificates(&self) -> Option<Vec<CertificateDer<'static>>> {
        match self {
            Self::Quic(_, connection) => {
                let chain = connection.peer_identity().and_then(|chain| chain.downcast::<Vec<CertificateDer<'static>>>().ok());
                chain.map(|chain| *chain)
            }
            Self::Tcp(stream) => stream.get_ref().1.peer_certificates().map(<[_]>::to_vec),
        }
    }

    /// Asks, and ends the connection. `answer_max` bounds what an answer takes.
    pub(super) async fn ask(self, question: &[u8], answer_max: usize, settings: &Arc<Settings>) -> Result<Frame, NoAnswer> {
        let answer = match self {
            Self::Quic(quic, connection) => {
                let answer = timeout(settings.handshake, ask_quic(&connection, question, answer_max, settings)).await;
                connection.close(VarInt::from_u32(CloseCode::Done.number()), b"");
                // The other side hears of the end, or notices by itself later.
                let _ = timeout(settings.handshake, quic.wait_idle()).await;
                answer
            }
            Self::Tcp(mut stream) => timeout(settings.handshake, ask_tcp(&mut stream, question, answer_max)).await,
        };
        answer.unwrap_or(Err(NoAnswer::Silent))
    }
}

/// The answering side over QUIC. An error says how to turn the caller away.
pub(super) async fn serve_quic<F>(
    connection: &Connection,
    question_max: usize,
    settings: &Arc<Settings>,
    answer: impl FnOnce(Frame) -> F,
) -> Result<(), Refusal>
where
    F: Future<Output = Result<Vec<u8>, Refusal>>,
{
    let (mut send, mut recv) = connection.accept_bi().await.map_err(|_| bad("no request"))?;
    let Ok(Some((frame, _, _))) = read_frame(&mut recv, &Reading::new(settings.clone()), &Budget::new(question_max)).await else {
        return Err(bad("no readable request"));
    };
    let gone = |_| (CloseCode::Done, String::new());
    let bytes = answer(frame).await?;
    send.write_all(&bytes).await.map_err(|_| gone(()))?;
    send.finish().map_err(|_| gone(()))?;
    // The one who asked closes when it has the answer.
    connection.closed().await;
    Ok(())
}

/// The answering side over TCP.
pub(super) async fn serve_tcp<F>(stream: &mut tcp::Stream, question_max: usize, answer: impl FnOnce(Frame) -> F) -> Result<(), Refusal>
where
    F: Future<Output = Result<Vec<u8>, Refusal>>,
{
    let frame = pieces::read_frame(stream, question_max).await.map_err(|_| bad("no readable request"))?;
    let gone = |_| (CloseCode::Done, String::new());
    let bytes = answer(frame).await?;
    pieces::write_frame(stream, &bytes).await.map_err(gone)?;
    stream.shutdown().await.map_err(gone)?;
    // The one who asked closes when it has the answer.
    let _ = tokio::io::copy(stream, &mut tokio::io::sink()).await;
    Ok(())
}

pub(super) fn bad(why: &str) -> Refusal {
    (CloseCode::BadFrame, why.to_owned())
}

async fn reach_quic(address: SocketAddr, config: &tls::Client, settings: &Settings) -> Result<Reached, DialError> {
    let any: SocketAddr = if address.is_ipv4() { (Ipv4Addr::UNSPECIFIED, 0).into() } else { (Ipv6Addr::UNSPECIFIED, 0).into() };
    let quic = quinn::Endpoint::client(any).map_err(|_| DialError::Address { address })?;
    let connection = timeout(settings.handshake, connect(&quic, config.quic.clone(), address)).await;
    Ok(Reached::Quic(quic, connection.map_err(|_| DialError::Silent { address })??))
}

async fn reach_tcp(address: SocketAddr, config: &tls::Client, settings: &Settings) -> Result<Reached, DialError> {
    let stream = timeout(settings.handshake, connect_tcp(config, address)).await;
    Ok(Reached::Tcp(Box::new(stream.map_err(|_| DialError::Silent { address })??)))
}

async fn ask_quic(connection: &Connection, question: &[u8], answer_max: usize, settings: &Arc<Settings>) -> Result<Frame, NoAnswer> {
    let ended = || match connection.close_reason() {
        Some(error) => NoAnswer::Closed(Closed::from_quinn(&error, None)),
        None => NoAnswer::Unreadable,
    };
    let (mut send, mut recv) = connection.open_bi().await.map_err(|_| ended())?;
    send.write_all(question).await.map_err(|_| ended())?;
    match read_frame(&mut recv, &Reading::new(settings.clone()), &Budget::new(answer_max)).await {
        Ok(Some((frame, _, _))) => Ok(frame),
        _ => Err(ended()),
    }
}

async fn ask_tcp(stream: &mut tcp::Stream, question: &[u8], answer_max: usize) -> Result<Frame, NoAnswer> {
    // Where it fails, the other side has said why before it ended.
    let _ = pieces::write_frame(stream, question).await;
    match pieces::read_frame(stream, answer_max).await {
        Ok(frame) => {
            let _ = stream.shutdown().await;
            Ok(frame)
        }
        Err(ReadError::Closed(closed)) => Err(NoAnswer::Closed(closed)),
        Err(ReadError::Frame(_)) => Err(NoAnswer::Unreadable),
    }
}
