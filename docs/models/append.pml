/*
 * The append protocol of Concord, one stream, checked by SPIN (https://spinroot.com). README.md says how to run it and what it
 * leaves out. The numbered steps are those of ReceiptAppender.AppendAsync, in the same order.
 *
 * Everything that happens between two atomic blocks can be interrupted: by another writer, by a crash, by a pause of any length
 * (a writer that is simply not scheduled for a while), by a write that lands late.
 */

/* ------------------------------------------------------------------------------------------------- how large, by -D */

#ifndef WRITERS
#define WRITERS 2   /* nodes, 1..3 */
#endif
#ifndef CMDS
#define CMDS 2      /* different commands, each with an idempotency key of its own, 1..3 */
#endif
#ifndef REQS
#define REQS 1      /* requests that each writer serves; each carries any command: the same one elsewhere or again is a retry */
#endif
#ifndef K
#define K 2         /* receipts in the commit of an odd command, 1..3; an even command has one */
#endif
#ifndef CRASHES
#define CRASHES 0   /* crashes, of any writer between any two steps; it restarts with nothing in memory */
#endif
#ifndef FAULTS
#define FAULTS 0    /* store calls that end in an error */
#endif
#ifndef LATE
#define LATE 1      /* of those, how many can be under way at a time, to land after their writer has given up; 1..2 */
#endif
#ifndef TRIES
#define TRIES 2     /* how often a writer sends the same bytes before it answers "unknown" */
#endif
#ifndef ROUNDS
#define ROUNDS 0    /* after how many lost rounds a writer answers "contention"; 0: never */
#endif
#ifndef REPAIR
#define REPAIR 1    /* whether a projector repairs events/ meanwhile */
#endif
#ifndef HINT
#define HINT 1      /* whether a database may say "seen" */
#endif
/* -DPOWER: an object is visible before it is durable, and power may fail once, for all writers. See README.md.
   -DSECURE=1: whoever publishes a commit that it has only read creates that commit again first.
   -DSECURE=2: and step 1 creates all events of the last commit again, also those that it finds in the listing.
   -DLIVE: compile the property "everything ends". */

/* The broken variants, one -D each: RESTART_AT_2, RESTART_BLIND, ROW=1|2|3|4, TRUST_NOT_SEEN, NO_PUBLISH_CHECK, RESEAL=1|2,
   LOST_IS_REFUSED, STALE_REFUSAL, LAST_ROUND_REFUSES, ANSWER_FROM_EVENTS, STORE_OVERWRITES, CLOCK, CLAIM_NOTHING_COMMITTED,
   NO_RECREATE. README.md says which rule each breaks, and which of them turned out to break none. */
#ifndef ROW
#define ROW 0
#endif
#ifndef RESEAL
#define RESEAL 0
#endif
#ifndef SECURE
#define SECURE 0
#endif

/* --------------------------------------------------------------------------------------------------------- the store */

#define VERSIONS (CMDS * K)
#define SIZE (VERSIONS + K + 2)
#define COUNT(c) (((c) % 2) -> K : 1)
#if LATE > 1
#define NOTHING_UNDER_WAY (lateAt[0] == 0 && lateAt[1] == 0)
#define NO_ROOM           (lateAt[0] != 0 && lateAt[1] != 0)
#else
#define NOTHING_UNDER_WAY (lateAt[0] == 0)
#define NO_ROOM           (lateAt[0] != 0)
#endif

/* An object commits/{v}. Its bytes are told apart by `id`: who sealed it, and which of that writer's seals for this place.
   `prev` is the id of the commit that the first receipt's prevHash leads to. */
typedef Commit { byte id; byte key; byte count; byte prev }

Commit commits[SIZE];          /* commits/{v}, by first version; id 0: absent */
byte   owner[SIZE];            /* which commit holds version v, and where a key was committed: both follow from commits[], */
byte   committedAt[4];         /* and are kept so that guards and checks are short */
byte   events[SIZE];           /* events/ of version v: the id of the commit that its receipt is of; 0: absent */
Commit late[LATE];             /* creates that ended in an error and are still under way */
byte   lateAt[LATE];           /* ... and for which version */
byte   crashes = CRASHES, faults = FAULTS;

#ifdef POWER
bool   durable[SIZE], eventDurable[SIZE];
byte   power = 1;
#endif
#ifdef CLOCK
bool   expired;                /* the domain's answer changes though the stream does not */
#endif

/* ----------------------------------------------------------------------------------------------------- what is claimed */

byte   answeredAt[4], answeredId[4], answeredCount[4];   /* the first answer to each key */
bool   down[WRITERS], finished[WRITERS], closed;

/* One flag a property, so that SPIN's message names what broke: "assertion violated !(TwoCommitsForOneVersion)". */
bool TwoCommitsForOneVersion, CommitDoesNotFollowTheLast, KeyCommittedTwice, CommittedBehindUnpublished, ForkInEvents,
     EventWithoutCommit, HoleInCommits, HoleInEvents, AcknowledgedCommitIsGone, AnswerIsNotTheCommit, AnswersDiffer,
     RefusedThoughCommitted, RefusedAndMayStillLand, SaidNothingWasWritten, SaidNothingWasCommitted, LostCommitsAlarm,
     LostToNobody, NotAllPublished;

#define MUST_NOT(name, bad) name = (bad); assert(!name)

/* Scratch of one atomic step, 0 between two. Not "hidden": the search does not restore such variables when it steps back. */
byte i, j, pending;

/* What must hold of the store whenever something was created in it or lost from it. */
inline check_store() {
  i = 1;
  do
  :: i < SIZE ->
     MUST_NOT(HoleInCommits, owner[i] != 0 && i > 1 && owner[i - 1] == 0);
     MUST_NOT(EventWithoutCommit, events[i] != 0 && owner[i] == 0);
     MUST_NOT(ForkInEvents, events[i] != 0 && events[i] != owner[i]);
     /* Only the last commit can be unpublished: behind a missing event no other commit begins. */
     if
     :: owner[i] != 0 && events[i] == 0 ->
        j = i + 1;
        do
        :: j < SIZE -> MUST_NOT(HoleInEvents, commits[j].id != 0); j++
        :: else -> break
        od
     :: else
     fi;
     i++
  :: else -> break
  od;
  i = 1;
  do
  :: i <= CMDS ->
     MUST_NOT(AcknowledgedCommitIsGone, answeredAt[i] != 0 && commits[answeredAt[i]].id != answeredId[i]);
     i++
  :: else -> break
  od
}

inline forget_late(n) { lateAt[n] = 0; late[n].id = 0; late[n].key = 0; late[n].count = 0; late[n].prev = 0 }

/* Create if absent: nothing happens when commits/{v} is there. */
inline create_commit(v, nid, nkey, ncount, nprev) {
  d_step {
    if
#ifdef STORE_OVERWRITES
    :: true ->
#else
    :: commits[v].id == 0 ->
#endif
       i = v;
       do
       :: i < v + ncount -> MUST_NOT(TwoCommitsForOneVersion, owner[i] != 0); owner[i] = nid; i++
       :: else -> break
       od;
       MUST_NOT(CommitDoesNotFollowTheLast, (v == 1 && nprev != 0) || (v > 1 && (owner[v - 1] != nprev || nprev == 0)));
       MUST_NOT(KeyCommittedTwice, committedAt[nkey] != 0);
       i = 1;
       do
       :: i < v -> MUST_NOT(CommittedBehindUnpublished, events[i] == 0); i++
       :: else -> break
       od;
       printf("commits/%d: command %d, receipts: %d, bytes: %d\n", v, nkey, ncount, nid);
       commits[v].id = nid; commits[v].key = nkey; commits[v].count = ncount; commits[v].prev = nprev;
       committedAt[nkey] = v;
       check_store();
       /* What is still under way for this place has lost for good. */
       i = 0;
       do
       :: i < LATE -> if :: lateAt[i] == v -> forget_late(i) :: else fi; i++
       :: else -> break
       od
    :: else
    fi;
    i = 0; j = 0
  }
}

/* Create events/{eventId of version v}, from the commit that was read or written: nothing happens when it is there. */
inline publish(v, cid) {
  d_step {
    MUST_NOT(ForkInEvents, events[v] != 0 && events[v] != cid);
    printf("events/: version %d\n", v);
    events[v] = cid;
    check_store();
    i = 0; j = 0
  }
}

/* ---------------------------------------------------------------------------------------------------- what is answered */

inline answer_with(c, where, receipts) {
  printf("answer: command %d is in commits/%d, receipts: %d\n", c, where, receipts);
  MUST_NOT(AnswerIsNotTheCommit, commits[where].id == 0 || commits[where].key != c || commits[where].count != receipts);
  MUST_NOT(AnswersDiffer, answeredAt[c] != 0 &&
    (answeredAt[c] != where || answeredId[c] != commits[where].id || answeredCount[c] != receipts));
  answeredAt[c] = where; answeredId[c] = commits[where].id; answeredCount[c] = receipts
}

inline find_pending(c) {
  pending = 0; i = 0;
  do
  :: i < LATE -> if :: lateAt[i] != 0 && late[i].key == c -> pending = lateAt[i] :: else fi; i++
  :: else -> break
  od
}

/* "Refused" is a promise about the command: it has not committed, and nothing sent so far can still commit it. */
inline answer_refused(c) {
  d_step {
    printf("answer: command %d is refused\n", c);
    MUST_NOT(RefusedThoughCommitted, committedAt[c] != 0);
    find_pending(c);
    MUST_NOT(RefusedAndMayStillLand, pending != 0);
    i = 0; pending = 0
  }
}

/* "The store failed; nothing was written" is a promise about this attempt only: `sent` is what it has sent, if anything. */
inline answer_failed(c, sent) {
  d_step {
    printf("answer: command %d, the store failed, nothing was written\n", c);
    MUST_NOT(SaidNothingWasWritten, sent != 0);
#ifdef CLAIM_NOTHING_COMMITTED
    find_pending(c);
    MUST_NOT(SaidNothingWasCommitted, committedAt[c] != 0 || pending != 0);
#endif
    i = 0; pending = 0
  }
}

/* --------------------------------------------------------------------------------------------- step 1, for all who append */

/* Read on from the head at hand, commit by commit, until one is absent. One step: commits do not change, so only the last,
   absent one has to be looked at at a certain moment. Reading from the start, or from a hint that names a commit and was
   compared with it, ends at the same head. */
inline read_onward() {
  d_step {
    do
    :: commits[version + 1].id != 0 -> advance(commits[version + 1].id, commits[version + 1].count)
    :: else -> break
    od
  }
}

inline advance(nid, ncount) { first = version + 1; head = nid; version = version + ncount; published = false }

#define IS_MISSING(n) (first + n <= version && events[first + n] == 0)
#define ALL_THERE     (!IS_MISSING(0) && !IS_MISSING(1) && !IS_MISSING(2))

#ifdef POWER
#define IS_UNSAFE(n)  (first + n <= version && events[first + n] != 0 && !eventDurable[first + n])
#define ALL_SAFE      (ALL_THERE && !IS_UNSAFE(0) && !IS_UNSAFE(1) && !IS_UNSAFE(2))
#define MAKE_DURABLE(v)       durable[v] = true
#define MAKE_EVENT_DURABLE(v) eventDurable[v] = true
#else
#define ALL_SAFE      ALL_THERE
#define MAKE_DURABLE(v)       skip
#define MAKE_EVENT_DURABLE(v) skip
#endif

inline know_head() {
  atomic { if :: version == 0 -> read_onward() :: else fi };
  do
  :: published -> break
  :: atomic { !published ->
       /* A listing of events/, from the last commit on. */
       d_step {
         i = version + 1;
         do
         :: i < SIZE -> if :: events[i] != 0 -> beyond = true :: else fi; i++
         :: else -> break
         od;
         i = 0
       };
       if :: version == 0 && !beyond -> break :: else fi
     };
     if
     :: atomic { beyond ->                  /* an event beyond the head at hand: a newer commit, or lost ones */
          beyond = false; j = version;
          read_onward();
          MUST_NOT(LostCommitsAlarm, j == version);
          j = 0 }
     :: else ->
#if SECURE > 0
        MAKE_DURABLE(first);                /* create the commit again: what was only read is durable before we go on from it */
#endif
        do                                  /* publish what is missing, in any order: not atomic over a batch */
        :: atomic { IS_MISSING(0) -> publish(first, head);     MAKE_EVENT_DURABLE(first) }
        :: atomic { IS_MISSING(1) -> publish(first + 1, head); MAKE_EVENT_DURABLE(first + 1) }
        :: atomic { IS_MISSING(2) -> publish(first + 2, head); MAKE_EVENT_DURABLE(first + 2) }
#if SECURE > 1
        :: atomic { IS_UNSAFE(0) -> MAKE_EVENT_DURABLE(first) }          /* ... and create the other events again too */
        :: atomic { IS_UNSAFE(1) -> MAKE_EVENT_DURABLE(first + 1) }
        :: atomic { IS_UNSAFE(2) -> MAKE_EVENT_DURABLE(first + 2) }
        :: atomic { ALL_SAFE -> published = true; break }
#else
        :: atomic { ALL_THERE -> published = true; break }
#endif
        :: atomic { faults > 0 -> faults--; goto failed }
        od
     fi
  od
}

/* -------------------------------------------------------------------------------------------------------------- writers */

/* The state folded up to the head at hand is which commands it holds. A pure function of it decides: command 1 always goes,
   2 needs 1 ("remove a card": it has to be there), 3 does not follow 2. */
#define HOLDS(c)  (committedAt[c] != 0 && committedAt[c] <= version)
#ifdef CLOCK
#define ACCEPTED  (!expired && (cmd == 1 || (cmd == 2 && HOLDS(1)) || (cmd == 3 && !HOLDS(2))))
#else
#define ACCEPTED  (cmd == 1 || (cmd == 2 && HOLDS(1)) || (cmd == 3 && !HOLDS(2)))
#endif

#ifdef TRUST_NOT_SEEN
#define NOT_SEEN  (true)          /* a row that was lost, or not written yet */
#else
#define NOT_SEEN  (!HOLDS(cmd))
#endif

/* The bytes of a seal are new each time: the event ids are random, and so are the signatures. */
inline seal() {
  d_step {
    sealed = me * 4 + 1;
    do
    :: commits[version + 1].id == sealed -> sealed++
    :: else ->
       i = 0;
       do
       :: i < LATE && !(lateAt[i] == version + 1 && late[i].id == sealed) -> i++
       :: else -> break
       od;
       if :: i < LATE -> sealed++ :: else -> break fi
    od;
    i = 0
  }
}

/* The first answer, from the commit; creating it again makes it durable. */
inline answer_again() {
#ifndef NO_RECREATE
  MAKE_DURABLE(committedAt[cmd]);
#endif
  d_step { answer_with(cmd, committedAt[cmd], commits[committedAt[cmd]].count) }
}

#ifdef ANSWER_FROM_EVENTS
/* Which receipts of the command a listing of events/ shows: how many, and one of them. */
inline answer_from_events() {
  d_step {
    i = 0; j = committedAt[cmd];
    do
    :: j < committedAt[cmd] + COUNT(cmd) -> if :: events[j] != 0 -> i++ :: else fi; j++
    :: else -> break
    od;
    answer_with(cmd, committedAt[cmd], i);
    i = 0; j = 0
  }
}
#define EVENTS_SHOW(n) (events[committedAt[cmd] + n] != 0 && n < COUNT(cmd))
#endif

#if ROW > 0
/* The head as a database row has it: any that was true once.
   1: it is only taken as the head to commit behind. 2: it is also believed that its events are published.
   3: it can stand within a commit, as if written receipt by receipt. 4: it is also what a refusal looks at again. */
inline take_row() {
  version = 0; head = 0; first = 0; published = false;
  do
#if ROW == 3
  :: owner[version + 1] != 0 -> version++; head = owner[version]; first = version
#else
  :: commits[version + 1].id != 0 -> advance(commits[version + 1].id, commits[version + 1].count)
#endif
  :: break
  od;
#if ROW == 2 || ROW == 3
  published = true
#endif
}
#endif

proctype Writer(byte me) {
  byte requests = REQS;      /* what clients still send to this node */
  byte cmd;                  /* the command in hand, which is also its key; 0: none */
  byte version, head, first; /* the head at hand: its version, and the id and first version of the last commit. The state and the
                                seen keys are the fold of the commits up to it, so they need no variables of their own. */
  bool published, beyond;    /* whether this process knows that the events of its head are published */
  byte sealed;               /* the id of the bytes sealed for commits/{version + 1}; 0: none are */
  byte tries, round;

restart:
  {
    do
    :: requests == 0 -> finished[me] = true; goto stop
    :: atomic { requests > 0 -> requests--; if :: cmd = 1 :: CMDS > 1 -> cmd = 2 :: CMDS > 2 -> cmd = 3 fi;
         printf("writer %d: takes command %d, its head is %d\n", me, cmd, version) };

step1:   /* 1. Know the head. Crash: at most a predecessor's missing events were published. */
#if ROW > 0
       atomic { take_row() };
#endif
#ifdef NO_PUBLISH_CHECK
       atomic { if :: version == 0 -> read_onward() :: else fi; published = true };
#endif
       know_head();

step2:   if
         /* 2. Idempotency: a seen key gets the first answer. Crash: nothing was written. */
       :: atomic { HOLDS(cmd) -> answer_again(); goto answered }
#if HINT
         /* A database says "seen", though we have not read that far: the commit is read, and answered from. */
       :: atomic { !HOLDS(cmd) && committedAt[cmd] != 0 -> answer_again(); goto answered }
#endif
#ifdef ANSWER_FROM_EVENTS
       :: atomic { committedAt[cmd] != 0 && (EVENTS_SHOW(0) || EVENTS_SHOW(1) || EVENTS_SHOW(2)) ->
            answer_from_events(); goto answered }
#endif
       :: atomic { faults > 0 -> faults--; goto failed }

         /* 3. Decide: a refusal only on the newest state. Crash: nothing was written. */
       :: atomic { NOT_SEEN && !ACCEPTED ->
            j = version;
#if ROW == 4
            take_row();
#elif !defined(STALE_REFUSAL)
            read_onward();
#endif
            if
            :: j == version -> j = 0; answer_refused(cmd); goto answered
#if ROUNDS > 0
            :: j != version && round + 1 >= ROUNDS ->
               j = 0;
#ifdef LAST_ROUND_REFUSES
               answer_refused(cmd);
#endif
               goto answered                                         /* contention: other writers won every round */
            :: j != version && round + 1 < ROUNDS -> j = 0; round++; goto step1
#else
            :: j != version -> j = 0; goto step1
#endif
            fi }

         /* 4. Seal. Crash: signed bytes that nobody saw. */
       :: atomic { NOT_SEEN && ACCEPTED -> seal(); printf("writer %d: seals bytes %d for commits/%d\n", me, sealed, version + 1) }
       fi;

       /* 5. Commit. Crash: either nothing exists, or the whole commit does, now or later. */
       do
       :: atomic {                                                   /* the call returns: created, or already there and read */
            create_commit(version + 1, sealed, cmd, COUNT(cmd), head);
            if
            :: commits[version + 1].id == sealed
            :: else -> MAKE_DURABLE(version + 1); printf("writer %d: commits/%d is somebody else's\n", me, version + 1); goto lost
            fi };
#ifdef POWER
          MAKE_DURABLE(version + 1);
#endif
          break
       :: atomic { faults > 0 -> faults--;                           /* an error, and it was created */
            create_commit(version + 1, sealed, cmd, COUNT(cmd), head);
            printf("writer %d: the response is lost\n", me); goto error }
       :: atomic { faults > 0 -> faults--; printf("writer %d: the create failed\n", me); goto error }              /* an error, and it was not */
       :: atomic { faults > 0 && !NO_ROOM && commits[version + 1].id == 0 ->
            faults--;                                                /* an error, and it will be, perhaps long after */
            d_step {
              do :: lateAt[i] != 0 -> i++ :: else -> break od;
              lateAt[i] = version + 1; late[i].id = sealed; late[i].key = cmd; late[i].count = COUNT(cmd); late[i].prev = head;
              i = 0;
              printf("writer %d: the create of commits/%d is under way\n", me, version + 1)
            };
            goto error };
error:
#if defined(LOST_IS_REFUSED)
          atomic { answer_refused(cmd); goto answered }
#else
          if
          :: atomic { tries + 1 < TRIES ->                           /* the very same bytes again */
               tries++;
#if RESEAL == 1
               seal()                                                /* ... not: new bytes for the same place */
#elif RESEAL == 2
               read_onward(); seal()                                 /* ... not: new bytes behind what stands there now */
#endif
             }
          :: atomic { true ->             /* tries or time are up: "unknown, retry with this key", which promises nothing */
               printf("answer: command %d, unknown\n", cmd); goto answered }
          fi
#endif
       od;

       /* Byte for byte ours. Crash: step 1 of whoever comes next publishes. */
       atomic { advance(sealed, COUNT(cmd)); sealed = 0; tries = 0 };

       /* 6. Publish. A failure loses nothing. Crash: some events are missing. */
       do
       :: atomic { IS_MISSING(0) -> publish(first, head) }
       :: atomic { IS_MISSING(1) -> publish(first + 1, head) }
       :: atomic { IS_MISSING(2) -> publish(first + 2, head) }
#ifdef POWER
       :: atomic { IS_UNSAFE(0) -> MAKE_EVENT_DURABLE(first) }
       :: atomic { IS_UNSAFE(1) -> MAKE_EVENT_DURABLE(first + 1) }
       :: atomic { IS_UNSAFE(2) -> MAKE_EVENT_DURABLE(first + 2) }
#endif
       :: atomic { ALL_SAFE -> published = true; break }
       :: atomic { faults > 0 -> faults--; break }
       od;

       /* 7. The projection is a function of the commits and decides nothing: only its hints are modelled. */
       atomic { answer_with(cmd, first, COUNT(cmd)); goto answered };

lost:  /* Somebody else's bytes stand there: ours for this place are void. */
       atomic {
         sealed = 0; tries = 0;
#if ROUNDS > 0
         round++;
         if :: round >= ROUNDS -> goto answered :: else fi;          /* contention */
#endif
#if defined(RESTART_BLIND)
         goto step2
#elif defined(RESTART_AT_2)
         advance(commits[version + 1].id, commits[version + 1].count); published = true;
         goto step2
#elif ROW > 0
         goto step1
#else
         /* What it lost to is at hand, and durable as its own create found it there; step 1 finds what came behind it. */
         MUST_NOT(LostToNobody, commits[version + 1].id == 0);
         advance(commits[version + 1].id, commits[version + 1].count);
         goto step1
#endif
       };

failed: /* "The store failed; nothing was written." */
       atomic { answer_failed(cmd, sealed); goto answered };

answered:
       atomic { cmd = 0; sealed = 0; tries = 0; round = 0; beyond = false }
    od
  } unless {
    atomic { down[me] ->                  /* everything in memory is gone; what was sent is not */
      printf("writer %d: crashes and restarts\n", me);
      down[me] = false;
      cmd = 0; version = 0; head = 0; first = 0; published = false; beyond = false; sealed = 0; tries = 0; round = 0;
      goto restart }
  };
stop: skip
}

/* ------------------------------------------------------------------------------------------------------- the rest of the world */

#define RUNS(w) (w < WRITERS && !finished[w] && !down[w])

#ifdef POWER
/* What was visible and not yet durable is gone, and so is everything under way. */
inline lose_power() {
  d_step {
    printf("power fails: what was not durable is gone\n");
    power--;
    i = 1;
    do
    :: i < SIZE ->
       if
       :: commits[i].id != 0 && !durable[i] ->
          j = i;
          do
          :: j < i + commits[i].count -> owner[j] = 0; j++
          :: else -> break
          od;
          committedAt[commits[i].key] = 0;
          commits[i].id = 0; commits[i].key = 0; commits[i].count = 0; commits[i].prev = 0
       :: else
       fi;
       if :: !eventDurable[i] -> events[i] = 0 :: else fi;
       i++
    :: else -> break
    od;
    i = 0;
    do :: i < LATE -> forget_late(i); i++ :: else -> break od;
    i = 0;
    do :: i < WRITERS -> if :: !finished[i] -> down[i] = true :: else fi; i++ :: else -> break od;
    check_store();
    i = 0; j = 0
  }
}
#endif

/* Crashes, power failures, the domain's clock. */
active proctype Fate() {
end:
  do
  :: atomic { crashes > 0 && RUNS(0) -> crashes--; down[0] = true }
#if WRITERS > 1
  :: atomic { crashes > 0 && RUNS(1) -> crashes--; down[1] = true }
#endif
#if WRITERS > 2
  :: atomic { crashes > 0 && RUNS(2) -> crashes--; down[2] = true }
#endif
#ifdef CLOCK
  :: atomic { !expired -> printf("time is up: the domain refuses from here on\n"); expired = true }
#endif
#ifdef POWER
  :: atomic { power > 0 -> lose_power() }
#endif
  od
}

/* A write that lands after its caller was told of an error, and perhaps gave up long ago. */
inline land(n) {
  printf("a late write lands\n");
  create_commit(lateAt[n], late[n].id, late[n].key, late[n].count, late[n].prev);
  forget_late(n)
}

active proctype Lander() {
end:
  do
  :: atomic { lateAt[0] != 0 -> land(0) }
#if LATE > 1
  :: atomic { lateAt[1] != 0 -> land(1) }
#endif
  od
}

#if REPAIR
/* A projector's repair: it publishes what a commit says and events/ does not, one event at a time, whenever it likes. */
#define CAN_REPAIR(v) (v < SIZE && owner[v] != 0 && events[v] == 0)

inline repair(v) {
#if SECURE > 0
  d_step {
    j = v;
    do :: commits[j].id == 0 -> j-- :: else -> break od;
    MAKE_DURABLE(j);
    j = 0
  };
#endif
  publish(v, owner[v]);
  MAKE_EVENT_DURABLE(v)
}

active proctype Projector() {
end:
  do
  :: atomic { CAN_REPAIR(1) -> repair(1) }
  :: atomic { CAN_REPAIR(2) -> repair(2) }
  :: atomic { CAN_REPAIR(3) -> repair(3) }
#if VERSIONS > 3
  :: atomic { CAN_REPAIR(4) -> repair(4) }
  :: atomic { CAN_REPAIR(5) -> repair(5) }
  :: atomic { CAN_REPAIR(6) -> repair(6) }
#endif
  od
}
#endif

#if WRITERS > 2
#define ALL_FINISHED (finished[0] && finished[1] && finished[2])
#elif WRITERS > 1
#define ALL_FINISHED (finished[0] && finished[1])
#else
#define ALL_FINISHED (finished[0])
#endif

/* When all is quiet, one live writer comes with an empty memory and does what every append begins with. */
active proctype Last() {
  byte version, head, first;
  bool published, beyond;
  atomic { ALL_FINISHED && NOTHING_UNDER_WAY -> printf("all is quiet; one more writer\n"); faults = 0; crashes = 0 };
#ifdef POWER
  power = 0;
#endif
  know_head();
failed: skip;        /* not from here: there are no faults any more */
  d_step {
    i = 1;
    do
    :: i < SIZE -> MUST_NOT(NotAllPublished, owner[i] != 0 && events[i] == 0); i++
    :: else -> break
    od;
    i = 0;
    closed = true
  }
}

init {
  atomic {
    run Writer(0);
#if WRITERS > 1
    run Writer(1);
#endif
#if WRITERS > 2
    run Writer(2);
#endif
  }
}

#ifdef LIVE
/* Requests are finitely many, so everything ends: nobody waits for ever and nobody runs in circles. */
ltl everything_ends { <> closed }
#endif
