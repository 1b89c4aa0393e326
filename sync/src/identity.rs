//! Who is who: the installation's authority, a node's key and certificate, and what a certificate allows.
