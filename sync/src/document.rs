//! A document as this node holds it: its changes, their verdicts, and the values that follow.
