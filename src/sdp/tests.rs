//! What the module promises, by table.
