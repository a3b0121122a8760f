//! What people see of a signature (Nghị định 30/2020/NĐ-CP, Phụ lục I).

pub mod geometry;

/// What is seen at a signature's place.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub enum Appearance {
    /// Nothing.
    #[default]
    None,
}
