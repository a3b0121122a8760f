//! The search: breadth first over every state that can be reached, so that the first fault found has a shortest way to it.

use std::collections::HashMap;
use std::fmt::Write;

use super::world::{Content, Finish, Move, World, Wrong};

/// What a search found.
#[derive(Debug)]
pub(super) struct Explored {
    /// How many states were reached.
    pub(super) states: usize,
    /// The first fault, and a shortest way to it.
    pub(super) fault: Option<Fault>,
}

/// A state that must not be, and how it comes about.
#[derive(Debug)]
pub(super) struct Fault {
    /// What is wrong with it.
    pub(super) wrong: Wrong,
    /// The moves from the start, one after the other.
    pub(super) trace: String,
}

/// A state that was reached, and from which one.
struct Reached {
    world: World,
    from: usize,
    by: Option<Move>,
}

/// An ordinary step from one state to another: no crash, no error, no refusal, nothing rolled back.
struct Edge {
    from: usize,
    to: usize,
    finish: Option<Finish>,
}

/// Looks at every state that can be reached from this one.
pub(super) fn explore(start: World) -> Explored {
    let mut reached = vec![Reached { world: start, from: 0, by: None }];
    let mut known = HashMap::from([(start.with_workers_in_order(), 0)]);
    let mut ordinary = Vec::new();
    let mut moves = Vec::new();
    let mut at = 0;
    while at < reached.len() {
        let world = reached[at].world;
        if let Some(wrong) = world.wrong() {
            let fault = Fault { wrong, trace: trace(&reached, at) };
            return Explored { states: reached.len(), fault: Some(fault) };
        }
        world.moves(&mut moves);
        for next in moves.drain(..) {
            let to = *known.entry(next.world.with_workers_in_order()).or_insert_with(|| {
                reached.push(Reached { world: next.world, from: at, by: Some(next.by) });
                reached.len() - 1
            });
            if next.by.is_ordinary() {
                ordinary.push(Edge { from: at, to, finish: next.finish });
            }
        }
        at += 1;
    }
    let fault = dead_end(&reached, &ordinary).map(|end| Fault { wrong: Wrong::DeadEnd, trace: trace(&reached, end) });
    Explored { states: reached.len(), fault }
}

/// A state from which ordinary steps alone don't bring a signed answer to anybody, or no last word to somebody who asks.
fn dead_end(reached: &[Reached], ordinary: &[Edge]) -> Option<usize> {
    let mut before = vec![Vec::new(); reached.len()];
    for edge in ordinary {
        before[edge.to].push(edge.from);
    }
    let contents =
        [Content::First, Content::Other].into_iter().filter(|content| reached[0].world.is_asked_for(*content));
    let mut goals = contents.map(Some).chain([None]);
    goals.find_map(|goal| {
        let is_goal = |finish: Finish| match goal {
            Some(content) => finish.is_last_word_to(content),
            None => finish.is_signed(),
        };
        let mut leads = vec![false; reached.len()];
        let ends = ordinary.iter().filter(|edge| edge.finish.is_some_and(is_goal));
        let mut open: Vec<usize> = ends.map(|edge| edge.from).collect();
        while let Some(state) = open.pop() {
            if !std::mem::replace(&mut leads[state], true) {
                open.extend(&before[state]);
            }
        }
        leads.iter().position(|leads| !leads)
    })
}

fn trace(reached: &[Reached], end: usize) -> String {
    let mut moves = Vec::new();
    let mut at = end;
    while let Some(by) = reached[at].by {
        moves.push(by);
        at = reached[at].from;
    }
    let mut trace = String::new();
    for by in moves.iter().rev() {
        let comma = if trace.is_empty() { "" } else { ", " };
        write!(trace, "{comma}{by}").unwrap();
    }
    trace
}
