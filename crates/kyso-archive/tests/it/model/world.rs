//! The state of everything that a request touches: row, object store, workers, and what clients were told.

use std::fmt;
use std::hash::{Hash, Hasher};

/// How many names a request may come to have.
pub(super) const GENERATIONS: usize = 2;
/// How many work at a time, at most.
pub(super) const WORKERS: usize = 3;

/// In which order a worker does what it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Order {
    /// Claim row, object under the request's name, one transaction, answer.
    ClaimFirst,
    /// As `ClaimFirst`, and a name that a key leaves behind is taken by an object that says so: a void.
    VoidsNames,
    /// As `ClaimFirst`, with a row for each generation: a key's next one begins where the one before is refused for another content.
    RowEachGeneration,
    /// The same, and a generation that has a next one is over: nobody claims or completes it.
    RowEachGenerationClosed,
    /// The object under its own hash, then the row; one worker at a time has its turn.
    ObjectByHashThenRow,
    /// A row that names the hash, then the object under it, then the row is completed.
    IntentWithHashThenObject,
    /// As `ClaimFirst`, in a store that puts one object over another.
    StoreReplaces,
    /// As `ClaimFirst`, but whoever is told that the name is taken goes on with bytes of its own.
    NobodyAdopts,
    /// As `ClaimFirst`, but a claim row is deleted where the request is refused.
    RefusalDeletes,
}

/// What can happen beside the protocol's own steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rules {
    pub(super) order: Order,
    /// How many workers there are, up to [`WORKERS`].
    pub(super) workers: usize,
    /// Signing may refuse.
    pub(super) refusals: bool,
    /// What clients ask for under the key.
    pub(super) asked: Asked,
    /// The database may be put back, once, to what it was at any moment before.
    pub(super) rollback: bool,
}

/// All states of a search have the same rules: they tell none of them apart.
impl Hash for Rules {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

/// What clients ask for under the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    First,
    Other,
    Both,
}

/// A content that may be signed under the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Content {
    First,
    Other,
}

/// A signed document. No two signings give the same bytes, so each has a serial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Signed {
    pub(super) content: Content,
    pub(super) serial: u8,
}

/// What lies in the store under a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Object {
    Signed(Signed),
    /// Nothing will ever be signed under this name: `VoidsNames` only.
    Void,
}

/// How far the row says the request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Standing {
    Claimed,
    Refused,
    Done(Signed),
}

/// The request's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Row {
    pub(super) generation: u8,
    pub(super) content: Content,
    pub(super) standing: Standing,
    /// The hash that the row names before there is an object: `IntentWithHashThenObject` only.
    pub(super) intent: Option<Signed>,
}

/// By which generation and content somebody works, and for whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Claim {
    pub(super) generation: u8,
    pub(super) content: Content,
    /// Whether the recovery job works, to which nobody listens.
    pub(super) recovery: bool,
}

/// What is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Told {
    Signed(Signed),
    Refused,
    /// The key stands for another request.
    Reused,
    /// What lies under the name isn't this request's.
    Conflict,
}

/// What a worker does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Worker {
    Idle,
    Look(Claim),
    Sign(Claim),
    Intend(Claim, Signed),
    Refuse(Claim),
    Put(Claim, Signed),
    Complete(Claim, Signed),
    /// Look whether what another content's claim stands in the way of is there.
    Peek(Claim),
    /// Take the name, so that the key can leave it behind.
    Void(Claim),
    /// Leave the generation, whose name is void, for the next one.
    Leave(Claim),
    /// Let go of a claim whose name holds what isn't this request's.
    LetGo(Claim),
    Answer(Content, Told),
}

/// A put whose caller no longer waits for it. It lands at some time, or never.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct InFlight {
    pub(super) generation: u8,
    pub(super) signed: Signed,
}

/// What must not be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Wrong {
    /// Two signed contents lie in the store for one request.
    TwoStored,
    /// A request was answered in two ways.
    TwoAnswers,
    /// An object lies there and no row is about it.
    Unlisted,
    /// The recovery job doesn't come to an object that no row is done with.
    NotRecovered,
    /// A signed answer whose bytes don't lie in the store.
    AnsweredWithoutObject,
    /// Something lies under a name that isn't this request's.
    Conflict,
    /// No retry can finish.
    DeadEnd,
}

/// What happens in a move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Deed {
    Claims,
    ClaimsOther,
    StartsToRecover,
    Looks,
    Signs,
    Refuses,
    Intends,
    CommitsRefusal,
    Puts,
    PutsIsToldError,
    FailsToPut,
    GivesUpWaiting,
    Completes,
    Peeks,
    Voids,
    Leaves,
    LetsGo,
    Answers,
    Crashes,
    CrashesWhilePutting,
    Lands,
    Vanishes,
    BackUp,
    Restore,
}

/// Who does what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Move {
    /// From 1; 0 is nobody.
    pub(super) worker: usize,
    pub(super) deed: Deed,
}

impl Move {
    /// Whether it happens where nothing goes wrong.
    pub(super) fn is_ordinary(&self) -> bool {
        match self.deed {
            Deed::Claims
            | Deed::ClaimsOther
            | Deed::StartsToRecover
            | Deed::Looks
            | Deed::Signs
            | Deed::Intends
            | Deed::CommitsRefusal
            | Deed::Puts
            | Deed::Completes
            | Deed::Peeks
            | Deed::Voids
            | Deed::Leaves
            | Deed::LetsGo
            | Deed::Answers => true,
            Deed::Refuses
            | Deed::PutsIsToldError
            | Deed::FailsToPut
            | Deed::GivesUpWaiting
            | Deed::Crashes
            | Deed::CrashesWhilePutting
            | Deed::Lands
            | Deed::Vanishes
            | Deed::BackUp
            | Deed::Restore => false,
        }
    }
}

impl fmt::Display for Move {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let deed = match self.deed {
            Deed::Claims => "claims",
            Deed::ClaimsOther => "claims for the other content",
            Deed::StartsToRecover => "starts to recover",
            Deed::Looks => "looks",
            Deed::Signs => "signs",
            Deed::Refuses => "refuses",
            Deed::Intends => "writes its intent",
            Deed::CommitsRefusal => "commits the refusal",
            Deed::Puts => "puts",
            Deed::PutsIsToldError => "puts and is told of an error",
            Deed::FailsToPut => "fails to put",
            Deed::GivesUpWaiting => "gives up waiting for its put",
            Deed::Completes => "completes",
            Deed::Peeks => "looks behind another claim",
            Deed::Voids => "voids the name",
            Deed::Leaves => "goes on to the next name",
            Deed::LetsGo => "lets go of the claim",
            Deed::Answers => "answers",
            Deed::Crashes => "crashes",
            Deed::CrashesWhilePutting => "crashes while putting",
            Deed::Lands => return f.write_str("a late put lands"),
            Deed::Vanishes => return f.write_str("a late put is lost"),
            Deed::BackUp => return f.write_str("the database is backed up"),
            Deed::Restore => return f.write_str("the database is put back"),
        };
        write!(f, "{} {deed}", self.worker)
    }
}

/// A last word that somebody got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Finish {
    pub(super) content: Content,
    pub(super) told: Told,
}

impl Finish {
    pub(super) fn is_signed(&self) -> bool {
        matches!(self.told, Told::Signed(_))
    }

    pub(super) fn is_last_word_to(&self, content: Content) -> bool {
        self.content == content && matches!(self.told, Told::Signed(_) | Told::Reused)
    }
}

/// A state that a move leads to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Next {
    pub(super) by: Move,
    pub(super) world: World,
    pub(super) finish: Option<Finish>,
}

/// Everything that a request touches, at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct World {
    pub(super) rules: Rules,
    pub(super) row: Option<Row>,
    /// The row of the second generation, where each has one.
    pub(super) second_row: Option<Row>,
    /// By generation, where objects are named after the request; else the first place holds the first one.
    pub(super) objects: [Option<Object>; GENERATIONS],
    pub(super) workers: [Worker; WORKERS],
    pub(super) in_flight: Option<InFlight>,
    /// The signed document that somebody under this key was told of.
    pub(super) answered: Option<Signed>,
    /// The row at the moment of the backup.
    pub(super) backup: Option<Option<Row>>,
    pub(super) rolled_back: bool,
    pub(super) wrong: Option<Wrong>,
}

impl World {
    /// Before anybody asked.
    pub(super) fn new(rules: Rules) -> Self {
        assert!((1..=WORKERS).contains(&rules.workers));
        Self {
            rules,
            row: None,
            second_row: None,
            objects: [None; GENERATIONS],
            workers: [Worker::Idle; WORKERS],
            in_flight: None,
            answered: None,
            backup: None,
            rolled_back: false,
            wrong: None,
        }
    }

    /// Whether a client asks for this content.
    pub(super) fn is_asked_for(&self, content: Content) -> bool {
        match self.rules.asked {
            Asked::First => content == Content::First,
            Asked::Other => content == Content::Other,
            Asked::Both => true,
        }
    }

    /// What is wrong in this state, if anything.
    pub(super) fn wrong(&self) -> Option<Wrong> {
        if self.wrong.is_some() {
            return self.wrong;
        }
        // What a rolled back database doesn't list is the audit's business, which walks the store.
        // Where objects are named by their hash, two of them are what is looked for.
        if self.rolled_back || self.rules.order.is_by_hash() {
            return None;
        }
        for (generation, object) in (0_u8..).zip(self.objects) {
            let Some(Object::Signed(object)) = object else { continue };
            match self.row_of(generation) {
                Some(row) if generation > row.generation => return Some(Wrong::Unlisted),
                // An object of an earlier generation is listed for a person.
                Some(row) if generation < row.generation || self.is_over(generation) => {}
                Some(row) if matches!(row.standing, Standing::Done(_)) => {}
                Some(_) if self.recovery_completes(object) => {}
                Some(_) => return Some(Wrong::NotRecovered),
                None => return Some(Wrong::Unlisted),
            }
        }
        None
    }

    /// The row that speaks of a generation.
    pub(super) fn row_of(&self, generation: u8) -> Option<Row> {
        if self.rules.order.has_row_each_generation() && generation > 0 { self.second_row } else { self.row }
    }

    /// The same, to be written.
    pub(super) fn row_of_mut(&mut self, generation: u8) -> &mut Option<Row> {
        let has_own = self.rules.order.has_row_each_generation() && generation > 0;
        if has_own { &mut self.second_row } else { &mut self.row }
    }

    /// Whether the recovery job alone, with everyone else dead, finishes with this object.
    fn recovery_completes(&self, object: Signed) -> bool {
        let mut world = Self { workers: [Worker::Idle; WORKERS], ..*self };
        let mut moves = Vec::new();
        for deed in [Deed::StartsToRecover, Deed::Looks, Deed::Completes] {
            moves.clear();
            world.moves_unnumbered(&mut moves);
            let leads_there = |next: &&Next| next.by == Move { worker: 1, deed } && next.world.recovers(object);
            match moves.iter().find(leads_there) {
                Some(next) => world = next.world,
                None => return false,
            }
        }
        [world.row, world.second_row].into_iter().flatten().any(|row| row.standing == Standing::Done(object))
    }

    /// Whether the first worker is on its way to finish with this object, or has.
    fn recovers(&self, object: Signed) -> bool {
        match self.workers[0] {
            Worker::Look(claim) => self.objects[usize::from(claim.generation)] == Some(Object::Signed(object)),
            Worker::Complete(_, signed) => signed == object,
            Worker::Idle => true,
            _ => false,
        }
    }

    /// The state that stands for all in which the same is done by other workers: who does it makes no difference.
    pub(super) fn with_workers_in_order(mut self) -> Self {
        self.workers.sort_unstable();
        self.renumber();
        self
    }

    /// Numbers signed documents by where they're met first, so that states that differ in numbers alone are one.
    pub(super) fn renumber(&mut self) {
        let mut numbers = [None; 32];
        let mut last = 0;
        let mut number = |signed: &mut Signed| {
            let new = numbers[usize::from(signed.serial)].get_or_insert_with(|| {
                last += 1;
                last
            });
            signed.serial = *new;
        };
        let row = |row: &mut Row, number: &mut dyn FnMut(&mut Signed)| {
            if let Standing::Done(signed) = &mut row.standing {
                number(signed);
            }
            row.intent.iter_mut().for_each(number);
        };
        for object in self.objects.iter_mut().flatten() {
            if let Object::Signed(signed) = object {
                number(signed);
            }
        }
        self.row.iter_mut().chain(&mut self.second_row).for_each(|known| row(known, &mut number));
        self.answered.iter_mut().for_each(&mut number);
        self.backup.iter_mut().flatten().for_each(|known| row(known, &mut number));
        self.in_flight.iter_mut().for_each(|put| number(&mut put.signed));
        for worker in &mut self.workers {
            match worker {
                Worker::Put(_, signed)
                | Worker::Intend(_, signed)
                | Worker::Complete(_, signed)
                | Worker::Answer(_, Told::Signed(signed)) => number(signed),
                _ => {}
            }
        }
    }

    /// A serial that nothing bears. In a renumbered state there are fewer documents than places for them.
    pub(super) fn new_serial(&self) -> u8 {
        31
    }
}
