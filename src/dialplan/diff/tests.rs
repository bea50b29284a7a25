//! Small plans compared.
