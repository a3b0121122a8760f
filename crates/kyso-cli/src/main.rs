//! The `kyso` command.
#[cfg(test)]
mod demo;

fn main() {}
