//! What can happen in a state: the protocol's steps, in each order, and what goes wrong beside them.

use super::world::{
    Claim, Content, Deed, Finish, GENERATIONS, InFlight, Move, Next, Object, Order, Row, Signed, Standing, Told,
    Worker, World, Wrong,
};

impl World {
    /// Every state that one move leads to.
    pub(super) fn moves(&self, into: &mut Vec<Next>) {
        self.moves_unnumbered(into);
        into.iter_mut().for_each(|next| next.world.renumber());
    }

    /// The same, with signed documents numbered as in this state.
    pub(super) fn moves_unnumbered(&self, into: &mut Vec<Next>) {
        for index in 0..self.rules.workers {
            let at_work = At { world: self, index, into };
            at_work.moves();
        }
        self.late_put(into);
        self.backup_and_restore(into);
    }

    fn late_put(&self, into: &mut Vec<Next>) {
        let Some(put) = self.in_flight else { return };
        let mut gone = *self;
        gone.in_flight = None;
        into.push(nobody(Deed::Vanishes, gone));
        gone.store(put.generation, Object::Signed(put.signed));
        into.push(nobody(Deed::Lands, gone));
    }

    fn backup_and_restore(&self, into: &mut Vec<Next>) {
        if !self.rules.rollback || self.rolled_back {
            return;
        }
        match self.backup {
            None => into.push(nobody(Deed::BackUp, Self { backup: Some(self.row), ..*self })),
            Some(row) => into.push(nobody(Deed::Restore, Self { row, backup: None, rolled_back: true, ..*self })),
        }
    }

    /// Stores an object; whether it was created.
    fn store(&mut self, generation: u8, object: Object) -> bool {
        let place = &mut self.objects[usize::from(generation)];
        match *place {
            None => {
                *place = Some(object);
                true
            }
            Some(there) if there == object => false,
            // Under its own hash each object has a place: two lie there now.
            Some(_) if self.rules.order.is_by_hash() || self.rules.order == Order::StoreReplaces => {
                *place = Some(object);
                self.wrong = Some(Wrong::TwoStored);
                true
            }
            Some(_) => false,
        }
    }

    /// The protocol decides that the key stands for another content.
    fn decide_reused(&mut self, content: Content) {
        if self.answered.is_some_and(|answered| answered.content == content) {
            self.wrong = Some(Wrong::TwoAnswers);
        }
    }

    /// Whether the key has gone on to another generation, where that is looked at.
    pub(super) fn is_over(&self, generation: u8) -> bool {
        self.rules.order == Order::RowEachGenerationClosed && generation == 0 && self.second_row.is_some()
    }

    /// Somebody is told something.
    fn tell(&mut self, told: Told) {
        let before = self.answered;
        match told {
            Told::Signed(signed) => {
                if before.is_some_and(|before| before != signed) {
                    self.wrong = Some(Wrong::TwoAnswers);
                } else if !self.objects.contains(&Some(Object::Signed(signed))) {
                    self.wrong = Some(Wrong::AnsweredWithoutObject);
                }
                self.answered = Some(signed);
            }
            // A refusal is no last word, and what was decided early may arrive late.
            Told::Reused | Told::Refused => {}
            Told::Conflict => self.wrong = Some(Wrong::Conflict),
        }
    }
}

impl Order {
    pub(super) fn is_by_hash(self) -> bool {
        matches!(self, Self::ObjectByHashThenRow | Self::IntentWithHashThenObject)
    }

    pub(super) fn has_row_each_generation(self) -> bool {
        matches!(self, Self::RowEachGeneration | Self::RowEachGenerationClosed)
    }
}

fn nobody(deed: Deed, world: World) -> Next {
    Next { by: Move { worker: 0, deed }, world, finish: None }
}

/// A worker in a state.
struct At<'a> {
    world: &'a World,
    index: usize,
    into: &'a mut Vec<Next>,
}

impl At<'_> {
    /// The state in which this worker goes on so.
    fn then(&self, worker: Worker) -> World {
        let mut world = *self.world;
        world.workers[self.index] = worker;
        world
    }

    fn push(&mut self, deed: Deed, world: World) {
        self.into.push(Next { by: Move { worker: self.index + 1, deed }, world, finish: None });
    }

    fn moves(mut self) {
        let worker = self.world.workers[self.index];
        match worker {
            Worker::Idle => self.take_up(),
            Worker::Look(claim) => self.look(claim),
            Worker::Sign(claim) => self.sign(claim),
            Worker::Intend(claim, signed) => self.intend(claim, signed),
            Worker::Refuse(claim) => self.refuse(claim),
            Worker::Put(claim, signed) => self.put(claim, signed),
            Worker::Complete(claim, signed) => self.complete(claim, signed),
            Worker::Peek(claim) => self.peek(claim),
            Worker::Void(claim) => self.void(claim),
            Worker::Leave(claim) => self.leave(claim),
            Worker::LetGo(claim) => self.let_go(claim),
            Worker::Answer(content, told) => self.answer(content, told),
        }
        if worker != Worker::Idle {
            let dead = self.then(Worker::Idle);
            self.push(Deed::Crashes, dead);
        }
    }

    /// A client asks, for the first time or again; or the recovery job looks around.
    fn take_up(&mut self) {
        let rules = self.world.rules;
        let others_rest = self.world.workers.iter().all(|worker| *worker == Worker::Idle);
        if rules.order == Order::ObjectByHashThenRow && !others_rest {
            return;
        }
        for (content, deed) in [(Content::First, Deed::Claims), (Content::Other, Deed::ClaimsOther)] {
            if self.world.is_asked_for(content) {
                self.claim(content, deed);
            }
        }
        for row in [self.world.row, self.world.second_row].into_iter().flatten() {
            let is_over = self.world.is_over(row.generation);
            if rules.order.is_by_hash() || is_over || matches!(row.standing, Standing::Done(_)) {
                continue;
            }
            let claim = Claim { generation: row.generation, content: row.content, recovery: true };
            let world = self.then(Worker::Look(claim));
            self.push(Deed::StartsToRecover, world);
        }
    }

    /// The first transaction. A lease may end at any moment, so whoever meets a claim may take it over.
    fn claim(&mut self, content: Content, deed: Deed) {
        if self.world.rules.order.has_row_each_generation() {
            return self.claim_a_generation(content, deed);
        }
        let Some(row) = self.world.row else {
            let claim = Claim { generation: 0, content, recovery: false };
            let world = if self.world.rules.order.is_by_hash() {
                self.then(Worker::Sign(claim))
            } else {
                let row = Row { generation: 0, content, standing: Standing::Claimed, intent: None };
                World { row: Some(row), ..self.then(Worker::Look(claim)) }
            };
            return self.push(deed, world);
        };
        let same = row.content == content;
        let claim = |generation| Claim { generation, content, recovery: false };
        let world = match row.standing {
            Standing::Done(signed) if same => self.then(Worker::Answer(content, Told::Signed(signed))),
            Standing::Claimed if same => self.then(Worker::Look(claim(row.generation))),
            Standing::Refused if same => {
                let row = Row { standing: Standing::Claimed, ..row };
                World { row: Some(row), ..self.then(Worker::Look(claim(row.generation))) }
            }
            Standing::Claimed if self.world.rules.order == Order::VoidsNames => {
                self.then(Worker::Peek(claim(row.generation)))
            }
            Standing::Refused if self.world.rules.order == Order::VoidsNames => {
                self.then(Worker::Void(claim(row.generation)))
            }
            Standing::Refused if usize::from(row.generation) + 1 < GENERATIONS => {
                let row = Row { generation: row.generation + 1, content, standing: Standing::Claimed, intent: None };
                World { row: Some(row), ..self.then(Worker::Look(claim(row.generation))) }
            }
            // Here the model ends where a key is refused for the last time.
            _ => self.reused(content),
        };
        self.push(deed, world);
    }

    /// The same, with a row for each generation: goes past those that are refused for another content.
    fn claim_a_generation(&mut self, content: Content, deed: Deed) {
        let passed = |row: &Row| row.standing == Standing::Refused && row.content != content;
        let generation = u8::from(self.world.row.as_ref().is_some_and(passed));
        let claim = Claim { generation, content, recovery: false };
        let row = self.world.row_of(generation);
        let is_over = self.world.is_over(generation);
        let world = match row.map(|row| (row.standing, row.content == content)) {
            Some((Standing::Done(signed), true)) => self.then(Worker::Answer(content, Told::Signed(signed))),
            Some((_, false)) => self.reused(content),
            Some((_, true)) if is_over => self.reused(content),
            Some((_, true)) | None => {
                let mut world = self.then(Worker::Look(claim));
                let row = Row { generation, content, standing: Standing::Claimed, intent: None };
                *world.row_of_mut(generation) = Some(row);
                world
            }
        };
        self.push(deed, world);
    }

    /// What lies under the name is adopted.
    fn look(&mut self, claim: Claim) {
        let found = if self.world.rules.order.is_by_hash() {
            let intent = self.world.row.and_then(|row| row.intent).map(Object::Signed);
            intent.filter(|intent| self.world.objects.contains(&Some(*intent)))
        } else {
            self.world.objects[usize::from(claim.generation)]
        };
        let next = match found {
            Some(Object::Signed(signed)) if signed.content == claim.content => Worker::Complete(claim, signed),
            _ if claim.recovery => Worker::Idle,
            Some(Object::Void) => Worker::Leave(claim),
            Some(Object::Signed(_)) if self.world.rules.order == Order::VoidsNames => Worker::LetGo(claim),
            Some(Object::Signed(_)) => Worker::Answer(claim.content, Told::Conflict),
            None => Worker::Sign(claim),
        };
        let world = self.then(next);
        self.push(Deed::Looks, world);
    }

    fn sign(&mut self, claim: Claim) {
        let signed = Signed { content: claim.content, serial: self.world.new_serial() };
        let next = match self.world.rules.order {
            Order::IntentWithHashThenObject => Worker::Intend(claim, signed),
            _ => Worker::Put(claim, signed),
        };
        let world = self.then(next);
        self.push(Deed::Signs, world);
        if self.world.rules.refusals {
            let world = self.then(Worker::Refuse(claim));
            self.push(Deed::Refuses, world);
        }
    }

    fn intend(&mut self, claim: Claim, signed: Signed) {
        let world = match self.world.row.map(|row| row.standing) {
            Some(Standing::Done(there)) => self.then(Worker::Answer(claim.content, Told::Signed(there))),
            _ => {
                let Claim { generation, content, .. } = claim;
                let row = Row { generation, content, standing: Standing::Claimed, intent: Some(signed) };
                World { row: Some(row), ..self.then(Worker::Put(claim, signed)) }
            }
        };
        self.push(Deed::Intends, world);
    }

    /// The refusal is written down, unless a twin was done meanwhile.
    fn refuse(&mut self, claim: Claim) {
        let mut world = self.then(Worker::Answer(claim.content, Told::Refused));
        if let Some(row) = world.row_of_mut(claim.generation) {
            match row.standing {
                Standing::Done(signed) if row.content == claim.content => {
                    world.workers[self.index] = Worker::Answer(claim.content, Told::Signed(signed));
                }
                Standing::Claimed if row.generation == claim.generation => row.standing = Standing::Refused,
                _ => {}
            }
        }
        if self.world.rules.order == Order::RefusalDeletes
            && world.row.is_some_and(|row| row.standing == Standing::Refused)
        {
            world.row = None;
        }
        self.push(Deed::CommitsRefusal, world);
    }

    /// Creates the object. An answer may be lost, and a put may land when nobody waits for it any more.
    fn put(&mut self, claim: Claim, signed: Signed) {
        let looks_again = match self.world.rules.order {
            Order::ObjectByHashThenRow | Order::IntentWithHashThenObject => Worker::Idle,
            _ => Worker::Look(claim),
        };
        let mut world = self.then(Worker::Complete(claim, signed));
        if !world.store(claim.generation, Object::Signed(signed)) && self.world.rules.order != Order::NobodyAdopts {
            world.workers[self.index] = looks_again;
        }
        self.push(Deed::Puts, world);

        let failed = self.then(looks_again);
        self.push(Deed::FailsToPut, failed);
        let mut landed = failed;
        landed.store(claim.generation, Object::Signed(signed));
        self.push(Deed::PutsIsToldError, landed);
        if self.world.in_flight.is_none() {
            let in_flight = Some(InFlight { generation: claim.generation, signed });
            self.push(Deed::GivesUpWaiting, World { in_flight, ..failed });
            let dead = self.then(Worker::Idle);
            self.push(Deed::CrashesWhilePutting, World { in_flight, ..dead });
        }
    }

    /// The second transaction: takes effect once, and only under the generation that it worked for.
    fn complete(&mut self, claim: Claim, signed: Signed) {
        let mut world = *self.world;
        let told = match (world.row_of_mut(claim.generation), self.world.rules.order) {
            (Some(_), _) if self.world.is_over(claim.generation) => Some(Told::Reused),
            (row @ None, Order::ObjectByHashThenRow) => {
                let Claim { generation, content, .. } = claim;
                *row = Some(Row { generation, content, standing: Standing::Done(signed), intent: None });
                Some(Told::Signed(signed))
            }
            // No row is hit, and there's none to read: the client is told of a failure and asks again.
            (None, _) => None,
            // The row was put back meanwhile: the same.
            (Some(row), _) if row.generation < claim.generation => None,
            (Some(row), _) => match row.standing {
                Standing::Done(there) if row.content == claim.content => Some(Told::Signed(there)),
                Standing::Claimed | Standing::Refused if row.generation == claim.generation => {
                    row.standing = Standing::Done(signed);
                    if self.world.rules.order == Order::VoidsNames {
                        row.content = signed.content;
                    }
                    Some(Told::Signed(signed))
                }
                _ => Some(Told::Reused),
            },
        };
        if told == Some(Told::Reused) && !claim.recovery {
            world.decide_reused(claim.content);
        }
        world.workers[self.index] = match told {
            Some(told) if !claim.recovery => Worker::Answer(claim.content, told),
            _ => Worker::Idle,
        };
        self.push(Deed::Completes, world);
    }

    /// Another content's claim is in the way. What lies under its name decides, not the row.
    fn peek(&mut self, claim: Claim) {
        let world = match self.world.objects[usize::from(claim.generation)] {
            Some(Object::Signed(signed)) if signed.content == claim.content => {
                self.then(Worker::Complete(claim, signed))
            }
            Some(Object::Void) => self.then(Worker::Leave(claim)),
            Some(Object::Signed(_)) | None => self.reused(claim.content),
        };
        self.push(Deed::Peeks, world);
    }

    /// A key that was refused comes with another content. Its name is taken first, so that nothing can land there any more;
    /// unless something lies there that is this request's, or another one's.
    fn void(&mut self, claim: Claim) {
        let place = usize::from(claim.generation);
        let mut world = match self.world.objects[place] {
            Some(Object::Signed(signed)) if signed.content == claim.content => {
                self.then(Worker::Complete(claim, signed))
            }
            Some(Object::Signed(_)) => self.reused(claim.content),
            // Here the model ends: there's no further name.
            None if place + 1 == GENERATIONS => self.reused(claim.content),
            None | Some(Object::Void) => self.then(Worker::Leave(claim)),
        };
        if matches!(world.workers[self.index], Worker::Leave(_)) {
            world.store(claim.generation, Object::Void);
        }
        self.push(Deed::Voids, world);
    }

    /// A transaction: the row goes on to the next name, unless somebody else was quicker; then it's looked at again.
    fn leave(&mut self, claim: Claim) {
        let mut world = self.then(Worker::Idle);
        let next = Claim { generation: claim.generation + 1, ..claim };
        if let Some(row) = &mut world.row
            && row.generation == claim.generation
            && !matches!(row.standing, Standing::Done(_))
            && usize::from(next.generation) < GENERATIONS
        {
            let Claim { generation, content, .. } = next;
            *row = Row { generation, content, standing: Standing::Claimed, intent: None };
            world.workers[self.index] = Worker::Look(next);
        }
        self.push(Deed::Leaves, world);
    }

    /// A transaction: what lies under the name is another request's, so the claim is given up for it.
    fn let_go(&mut self, claim: Claim) {
        let mut world = self.reused(claim.content);
        if let Some(row) = &mut world.row
            && row.generation == claim.generation
            && row.content == claim.content
            && row.standing == Standing::Claimed
        {
            row.standing = Standing::Refused;
        }
        self.push(Deed::LetsGo, world);
    }

    /// The key stands for another request.
    fn reused(&self, content: Content) -> World {
        let mut world = self.then(Worker::Answer(content, Told::Reused));
        world.decide_reused(content);
        world
    }

    /// The answer arrives. Where it's lost, that is a crash at this step.
    fn answer(&mut self, content: Content, told: Told) {
        let mut world = self.then(Worker::Idle);
        world.tell(told);
        self.push(Deed::Answers, world);
        if let Some(next) = self.into.last_mut() {
            next.finish = Some(Finish { content, told });
        }
    }
}
