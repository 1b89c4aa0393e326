//! Links between nodes over QUIC with mutual TLS. The only folder that names quinn and rustls.
