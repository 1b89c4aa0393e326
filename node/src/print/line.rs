//! The way to a printer: a TCP connection or a serial line, with an end to every wait.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::os::unix::fs::OpenOptionsExt;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;
use rustix::termios::{ControlModes, OptionalActions, SpecialCodeIndex, tcgetattr, tcsetattr};

use super::printer::Address;

/// An open way to a printer.
#[derive(Debug)]
pub(super) enum Line {
    Tcp(TcpStream),
    Serial(File),
}

/// As many bytes as one write hands over, so that a slow line is seen to move.
const PIECE: usize = 4096;

impl Line {
    /// Opens it. A serial line is set to 8 bits without parity, without flow control.
    pub(super) fn open(address: &Address, patience: Duration) -> io::Result<Self> {
        match address {
            Address::Tcp(place) => {
                // A name may stand for several addresses: the first that answers is taken.
                let mut last = io::Error::new(ErrorKind::NotFound, "no address");
                for address in place.to_socket_addrs()?.take(ADDRESSES_MAX) {
                    match TcpStream::connect_timeout(&address, patience) {
                        Ok(stream) => {
                            stream.set_nodelay(true)?;
                            return Ok(Self::Tcp(stream));
                        }
                        Err(error) => last = error,
                    }
                }
                Err(last)
            }
            Address::Serial { device, baud } => {
                // Never the controlling terminal, and no wait for a carrier.
                let flags = (OFlags::NOCTTY | OFlags::NONBLOCK).bits();
                let file = File::options().read(true).write(true).custom_flags(i32::try_from(flags).unwrap_or_default()).open(device)?;
                let mut settings = tcgetattr(&file)?;
                settings.make_raw();
                settings.control_modes |= ControlModes::CLOCAL | ControlModes::CREAD;
                settings.control_modes &= !(ControlModes::CSTOPB | ControlModes::PARENB | ControlModes::CRTSCTS);
                settings.special_codes[SpecialCodeIndex::VMIN] = 0;
                settings.special_codes[SpecialCodeIndex::VTIME] = 0;
                settings.set_speed(*baud)?;
                tcsetattr(&file, OptionalActions::Now, &settings)?;
                Ok(Self::Serial(file))
            }
        }
    }

    /// Hands all bytes over; an error when nothing moves for `patience`. `begun` says whether any byte left.
    pub(super) fn send(&mut self, bytes: &[u8], patience: Duration, begun: &mut bool) -> io::Result<()> {
        for piece in bytes.chunks(PIECE) {
            let mut rest = piece;
            while !rest.is_empty() {
                let sent = match self {
                    Self::Tcp(stream) => {
                        stream.set_write_timeout(Some(patience))?;
                        stream.write(rest)
                    }
                    Self::Serial(file) => {
                        wait(file, PollFlags::OUT, patience)?;
                        file.write(rest)
                    }
                };
                match sent {
                    Ok(0) => return Err(ErrorKind::WriteZero.into()),
                    Ok(sent) => {
                        *begun = true;
                        rest = &rest[sent..];
                    }
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(())
    }

    /// Reads what is there, or waits so long for it; nothing when nothing came.
    ///
    /// # Errors
    /// When the other side closed.
    pub(super) fn hear(&mut self, patience: Duration) -> io::Result<Vec<u8>> {
        let mut bytes = [0; 512];
        let heard = match self {
            Self::Tcp(stream) => {
                stream.set_read_timeout(Some(patience.max(Duration::from_millis(1))))?;
                stream.read(&mut bytes)
            }
            Self::Serial(file) => match wait(file, PollFlags::IN, patience) {
                Ok(()) => file.read(&mut bytes),
                Err(error) if error.kind() == ErrorKind::TimedOut => return Ok(Vec::new()),
                Err(error) => return Err(error),
            },
        };
        match heard {
            Ok(0) => Err(ErrorKind::UnexpectedEof.into()),
            Ok(heard) => Ok(bytes[..heard].to_vec()),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }
}

/// Addresses of one name that are tried.
const ADDRESSES_MAX: usize = 4;

fn wait(file: &File, what: PollFlags, patience: Duration) -> io::Result<()> {
    let patience = Timespec { tv_sec: i64::try_from(patience.as_secs()).unwrap_or(i64::MAX), tv_nsec: patience.subsec_nanos().into() };
    match poll(&mut [PollFd::new(file, what)], Some(&patience)) {
        Ok(0) => Err(ErrorKind::TimedOut.into()),
        Ok(_) => Ok(()),
        Err(rustix::io::Errno::INTR) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

    use super::*;

    #[test]
    fn a_serial_line_carries_every_byte_both_ways() {
        let printer = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&printer).unwrap();
        unlockpt(&printer).unwrap();
        let device = ptsname(&printer, Vec::new()).unwrap().into_string().unwrap().into();
        let mut line = Line::open(&Address::Serial { device, baud: 9600 }, Duration::from_secs(1)).unwrap();
        // Bytes that a terminal would change or take as signals.
        let all: Vec<u8> = (0..=255).collect();
        let mut begun = false;
        line.send(&all, Duration::from_secs(1), &mut begun).unwrap();
        assert!(begun);
        let mut printer = File::from(printer);
        let mut heard: Vec<u8> = Vec::new();
        while heard.len() < all.len() {
            let mut bytes = [0; 256];
            let count = printer.read(&mut bytes).unwrap();
            heard.extend(&bytes[..count]);
        }
        assert_eq!(heard, all);
        assert!(line.hear(Duration::from_millis(10)).unwrap().is_empty());
        printer.write_all(&[0x12, b'\r', b'\n', 0x03]).unwrap();
        assert_eq!(line.hear(Duration::from_secs(5)).unwrap(), [0x12, b'\r', b'\n', 0x03]);
    }

    #[test]
    fn a_printer_that_is_not_there_is_said_at_once() {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        assert!(Line::open(&Address::Tcp(free.to_string()), Duration::from_secs(1)).is_err());
        assert!(Line::open(&Address::Serial { device: "/dev/no-such-line".into(), baud: 9600 }, Duration::from_secs(1)).is_err());
        // A file that is no line at all is not written to.
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(Line::open(&Address::Serial { device: file.path().to_owned(), baud: 9600 }, Duration::from_secs(1)).is_err());
    }
}
