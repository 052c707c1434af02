/* SPDX-License-Identifier: Apache-2.0
 *
 * The exchange of codes by two nodes on one database, where at every step a node may die, a
 * connection may be cut and an answer may be lost. README.md beside this file explains how to read
 * it.
 *
 * Each transition is one `:: atomic`, below a comment that names the function it stands for, or
 * "the world" for what grantd does not decide. tests/model holds the names to the source.
 */

#ifndef REQUESTS
#define REQUESTS 3 /* that applications send in all; a retry is one more */
#endif
#ifndef REVOCATIONS
#define REVOCATIONS 1 /* that users ask for in all */
#endif
#ifndef CUTS
#define CUTS 1 /* connections to the database that are cut */
#endif
#ifndef DEATHS
#define DEATHS 1 /* nodes that die and start again */
#endif
#define NODES 2
#define CODES 2 /* of one user for one application, in two projects */
#define SLOTS 3 /* transactions that the database has open at a time */
#define ROWS  5 /* requests and their rows are numbered from 1; 0 is none */

/* --- the database: what is committed --- */

mtype:Status = { NO_GRANT, MINTING, LIVE, REVOKED };

byte jwt_used_by[ROWS];               /* used_jwt.attempt */
byte code_used_by[CODES];             /* code.used_by */
mtype:Status status[ROWS] = NO_GRANT; /* access_grant.status, by the attempt that inserted it */
bool in_feed[ROWS];                   /* the tail of the grant is in the feed of revocations */
bool access_ended;                    /* a row of access_end covers both authorizations */
bool project_gone[CODES];             /* the project of a code's authorization is deleted */

/* Rows that an open transaction has written: its slot plus 1. Whoever wants to write one waits. */
byte jwt_lock[ROWS], code_lock[CODES];

/* The lock of the table `turn`: claims share it, whatever else writes has it alone. SQLite has one
 * writer, which always is alone. */
byte n_sharing;
bool is_taken;
#define NOBODY_WRITES (n_sharing == 0 && !is_taken)

/* --- transactions --- */

mtype:Slot = { FREE, OPEN, IN_DOUBT };
/* What it writes when it commits. */
mtype:Effect = { NOTHING, CLAIM_AS_LIVE, CLAIM_AS_MINTING, UNDECIDED, REFUSE, FORGET, REPLAY,
		 RECORD };

typedef Transaction {
	mtype:Slot slot = FREE;
	mtype:Effect effect = NOTHING;
	mtype:Effect wanted = NOTHING; /* what it becomes if the claim succeeds */
	byte attempt;
	bool shares, alone; /* how it has the lock of the turn */
}
Transaction tx[SLOTS];

/* --- requests: a request has the number of its attempt id --- */

byte n_requests;
byte code_of[ROWS], jwt_of[ROWS];

/* --- what has happened outside, for the promises --- */

bool answered_grant[ROWS]; /* the application was answered with the grant */
bool answered_dead[ROWS];    /* somebody was answered that the grant is revoked */
bool died_minting[ROWS]; /* the node died while it had the grant to mint */

/* --- nodes --- */

mtype:At = { IDLE, LOOKING, STARTING, USING_JWT, CLAIMING, TURN, EXPLAINING, COMMITTING, IN_THE_DARK,
	     DERIVING, ANSWERING };
mtype:Plan = { AT_ONCE, DERIVED, HOPELESS };

mtype:At at[NODES] = IDLE;
byte cuts = CUTS, deaths = DEATHS;

/* --- the promises, checked after every transition that could break one --- */

/* What a claim asks of its code, and of what the code depends on. */
#define CLAIMABLE(c) (code_used_by[c] == 0 && !access_ended && !project_gone[c])

#define alive(a) (status[a] == LIVE && !access_ended && !project_gone[code_of[a]])

inline check_promises() {
	d_step {
		byte a = 1, b;
		do
		:: a <= REQUESTS ->
			/* PROMISE: an answered grant is good or revoked, and not lost */
			assert(!answered_grant[a] || status[a] == LIVE || status[a] == REVOKED);
			/* PROMISE: an answered revocation is never undone */
			assert(!answered_dead[a] || !alive(a));
			/* PROMISE: a grant whose node died minting is never good */
			assert(!died_minting[a] || status[a] != LIVE);
			/* PROMISE: a grant that is revoked is in the feed */
			assert(!access_ended || status[a] != LIVE || in_feed[a]);
			assert(status[a] != REVOKED || in_feed[a]);
			b = a + 1;
			do
			:: b <= REQUESTS ->
				/* PROMISE: one good grant per code */
				assert(code_of[a] != code_of[b] || !alive(a) || !alive(b));
				/* PROMISE: a JWT is accepted once */
				assert(jwt_of[a] != jwt_of[b] || status[a] == NO_GRANT ||
				       status[b] == NO_GRANT);
				b++
			:: else -> break
			od;
			a++
		:: else -> break
		od;
		a = 0;
		b = 0
	}
}

/* --- what a transaction does --- */

#define A_SLOT_IS_FREE (tx[0].slot == FREE || tx[1].slot == FREE || tx[2].slot == FREE)

/* Opens a transaction. Whoever repeats one has the same attempt id. */
inline begin(request) {
	slot = (tx[0].slot == FREE -> 0 : (tx[1].slot == FREE -> 1 : 2));
	tx[slot].slot = OPEN;
	tx[slot].attempt = request
}

inline share_turn() {
	n_sharing++;
	tx[slot].shares = true
}

inline take_turn() {
	is_taken = true;
	tx[slot].alone = true
}

inline unlock_all(s) {
	d_step {
		byte row = 0;
		do
		:: row < ROWS ->
			if
			:: jwt_lock[row] == s + 1 -> jwt_lock[row] = 0
			:: else
			fi;
			if
			:: row < CODES && code_lock[row] == s + 1 -> code_lock[row] = 0
			:: else
			fi;
			row++
		:: else -> break
		od;
		row = 0;
		n_sharing = n_sharing - tx[s].shares;
		is_taken = is_taken && !tx[s].alone;
		tx[s].shares = false;
		tx[s].alone = false;
		tx[s].slot = FREE;
		tx[s].effect = NOTHING;
		tx[s].wanted = NOTHING;
		tx[s].attempt = 0
	}
}

inline roll_back(s) {
	unlock_all(s)
}

/* All that a transaction wrote is there at once. */
inline commit(s) {
	d_step {
		byte me_ = tx[s].attempt;
		byte jwt_ = jwt_of[me_];
		byte code_ = code_of[me_];
		if
		:: tx[s].effect == CLAIM_AS_LIVE || tx[s].effect == CLAIM_AS_MINTING ->
			jwt_used_by[jwt_] = me_;
			code_used_by[code_] = me_;
			if /* what a repetition finds stays */
			:: status[me_] == NO_GRANT && tx[s].effect == CLAIM_AS_LIVE ->
				status[me_] = LIVE
			:: status[me_] == NO_GRANT && tx[s].effect == CLAIM_AS_MINTING ->
				status[me_] = MINTING
			:: else
			fi
		:: tx[s].effect == RECORD ->
			status[me_] = LIVE
		:: tx[s].effect == REFUSE || tx[s].effect == UNDECIDED ->
			jwt_used_by[jwt_] = me_
		:: tx[s].effect == FORGET && jwt_used_by[jwt_] == me_ ->
			jwt_used_by[jwt_] = 0
		:: tx[s].effect == REPLAY ->
			jwt_used_by[jwt_] = me_;
			status[code_used_by[code_]] = REVOKED;
			in_feed[code_used_by[code_]] = true
		:: else
		fi;
		me_ = 0;
		jwt_ = 0;
		code_ = 0
	}
	unlock_all(s)
}

/* --- a node, which works on one request at a time --- */

/* claim_refuse() in src/store/exchange.c: the JWT is remembered. If there were too many refusals it is
 * forgotten, unless an earlier try of this attempt claimed the code. */
inline refuse() {
	if
	:: outcome = REFUSE
	:: code_used_by[code_of[me]] != me -> outcome = FORGET
	fi
}

inline rest() {
	me = 0;
	slot = 0;
	plan = AT_ONCE;
	outcome = NOTHING;
	at[n] = IDLE
}

active [NODES] proctype Node() {
	byte n = _pid; /* these processes are the first */
	byte me;       /* the request, which is the attempt id */
	byte slot;     /* its transaction */
	mtype:Plan plan = AT_ONCE;
	mtype:Effect outcome = NOTHING;
	byte g;

end:	do

	/* exchange_code() in src/core/token/exchange.c: any request, with a new JWT or any earlier one,
	 * for any code. Nothing was written yet when the JWT has been checked. */
	:: atomic {
		at[n] == IDLE && n_requests < REQUESTS &&
		(n_requests > 0 || n == 0) -> /* by symmetry the first is on node 0, with code 0 */
		n_requests++;
		me = n_requests;
		select(g : 1 .. me);
		jwt_of[me] = (jwt_of[g] == g -> g : me);
		if
		:: code_of[me] = 0
		:: me > 1 -> code_of[me] = 1
		fi;
		g = 0;
		at[n] = LOOKING
	}

	/* code_look() in src/core/token/exchange.c: without a lock; what it finds may change at once. */
	:: atomic {
		at[n] == LOOKING ->
		if
		:: code_used_by[code_of[me]] != 0 || access_ended || project_gone[code_of[me]] ->
			plan = HOPELESS
		:: else ->
			if
			:: plan = AT_ONCE
			:: plan = DERIVED
			fi
		fi;
		at[n] = STARTING
	}

	/* claim_set_run() in src/store/claim_set.c: shares the turn; what the claim depends on stays as
	 * it is from now on. Only a code that can be claimed goes on; else the transaction does
	 * nothing. */
	:: atomic {
		at[n] == STARTING && !is_taken && A_SLOT_IS_FREE ->
		if
		:: CLAIMABLE(code_of[me]) ->
			begin(me);
			share_turn();
			tx[slot].wanted = (plan == DERIVED -> CLAIM_AS_MINTING : CLAIM_AS_LIVE);
			at[n] = USING_JWT
		:: else ->
			at[n] = TURN
		fi
	}

	/* claim_set_run() in src/store/claim_set.c: waits for another's transaction with the same JWT,
	 * and goes on with one that nobody has used. */
	:: atomic {
		at[n] == USING_JWT && jwt_lock[jwt_of[me]] == 0 ->
		if
		:: jwt_used_by[jwt_of[me]] == 0 ->
			jwt_lock[jwt_of[me]] = slot + 1;
			at[n] = CLAIMING
		:: else ->
			roll_back(slot);
			slot = 0;
			at[n] = TURN
		fi
	}

	/* claim_set_run() in src/store/claim_set.c: the UPDATE waits for another's, and asks again
	 * whether the code is used; then the row of the grant, which nobody sees before the commit. */
	:: atomic {
		at[n] == CLAIMING && code_lock[code_of[me]] == 0 ->
		if
		:: code_used_by[code_of[me]] == 0 ->
			code_lock[code_of[me]] = slot + 1;
			/* PROMISE: a code that was not there to be looked at is not claimed */
			assert(plan != HOPELESS);
			outcome = tx[slot].wanted
		:: else ->
			outcome = UNDECIDED
		fi;
		tx[slot].effect = outcome;
		at[n] = COMMITTING
	}

	/* claim_or_classify() in src/store/exchange.c: alone. A claim of this attempt that was committed
	 * before is found again. */
	:: atomic {
		at[n] == TURN && NOBODY_WRITES && A_SLOT_IS_FREE ->
		if
		:: jwt_used_by[jwt_of[me]] != 0 && jwt_used_by[jwt_of[me]] != me ->
			rest() /* client_secret_reused: nothing is written */
		:: else ->
			begin(me);
			take_turn();
			if
			:: CLAIMABLE(code_of[me]) ||
			   code_used_by[code_of[me]] == me && !project_gone[code_of[me]] ->
				assert(plan != HOPELESS);
				outcome = (plan == AT_ONCE -> CLAIM_AS_LIVE : CLAIM_AS_MINTING);
				tx[slot].effect = outcome;
				at[n] = COMMITTING
			:: else ->
				at[n] = EXPLAINING
			fi
		fi
	}

	/* classify() in src/store/exchange.c: the project is gone, or the code is withdrawn. */
	:: atomic {
		at[n] == EXPLAINING && (project_gone[code_of[me]] || code_used_by[code_of[me]] == 0) ->
		refuse();
		tx[slot].effect = outcome;
		at[n] = COMMITTING
	}

	/* classify_used() in src/store/exchange.c: within the grace, or while the winner mints, or when
	 * the grant is dead already. */
	:: atomic {
		at[n] == EXPLAINING && !project_gone[code_of[me]] && code_used_by[code_of[me]] != 0 ->
		refuse();
		tx[slot].effect = outcome;
		at[n] = COMMITTING
	}

	/* replay_answer() in src/store/exchange.c: the grace is over, and the grant is live. */
	:: atomic {
		at[n] == EXPLAINING && !project_gone[code_of[me]] && code_used_by[code_of[me]] != 0 &&
		status[code_used_by[code_of[me]]] == LIVE ->
		outcome = REPLAY;
		tx[slot].effect = outcome;
		at[n] = COMMITTING
	}

	/* batch_tell() in src/store/claim_queue.c and src/store/group_commit.c: the commit is known to be
	 * done. What the set has not decided waits for its turn. */
	:: atomic {
		at[n] == COMMITTING ->
		commit(slot);
		check_promises();
		slot = 0;
		at[n] = (outcome == UNDECIDED -> TURN :
			 (outcome == CLAIM_AS_MINTING -> DERIVING : ANSWERING))
	}

	/* exchange_reserved() in src/core/token/exchange.c: derives, mints, and records by one UPDATE:
	 * minting becomes live, or it is live by an earlier try. */
	:: atomic {
		at[n] == DERIVING && A_SLOT_IS_FREE && NOBODY_WRITES ->
		outcome = RECORD;
		if
		:: (status[me] == MINTING || status[me] == LIVE) && !access_ended &&
		   !project_gone[code_of[me]] ->
			begin(me);
			take_turn();
			tx[slot].effect = RECORD;
			at[n] = COMMITTING
		:: else -> /* invalid_code: revoked meanwhile */
			rest()
		:: status[me] == MINTING -> /* invalid_code: MINTING_LIFETIME is over */
			rest()
		fi
	}

	/* issuing_finish() in src/core/token/issuing.c: the answer arrives, or is lost. */
	:: atomic {
		at[n] == ANSWERING ->
		if
		:: outcome == CLAIM_AS_LIVE || outcome == RECORD ->
			answered_grant[me] = true
		:: outcome == REPLAY ->
			answered_dead[code_used_by[code_of[me]]] = true
		:: true
		fi;
		check_promises();
		rest()
	}

	/* The world: the connection is cut before COMMIT, or a statement fails; it is all repeated. */
	:: atomic {
		at[n] == EXPLAINING && cuts > 0 ->
		cuts--;
		roll_back(slot);
		slot = 0;
		at[n] = TURN
	}

	/* The world: the connection is cut during COMMIT, or anywhere in a claim, which has been sent to
	 * its end; the node does not learn what became of it. The database may end it much later. */
	:: atomic {
		(at[n] == USING_JWT || at[n] == CLAIMING || at[n] == COMMITTING) && cuts > 0 ->
		cuts--;
		tx[slot].slot = IN_DOUBT;
		slot = 0;
		at[n] = IN_THE_DARK
	}

	/* postgres_resolve() in src/store/postgres/driver.c, and for a grant that is recorded record() in
	 * src/core/token/exchange.c: asks again, by the same attempt id. Its turn comes when the
	 * transaction in doubt has ended. */
	:: atomic {
		at[n] == IN_THE_DARK ->
		at[n] = (outcome == RECORD -> DERIVING : TURN)
	}

	/* issuing_finish() in src/core/token/issuing.c: time is up; 500 promises nothing. */
	:: atomic {
		at[n] == IN_THE_DARK ->
		died_minting[me] = (plan == DERIVED && outcome != RECORD);
		rest()
	}

	/* The world: the node dies; a COMMIT under way may still be done. Then it starts again. */
	:: atomic {
		at[n] != IDLE && deaths > 0 ->
		deaths--;
		died_minting[me] = (plan == DERIVED && outcome != RECORD);
		if
		:: at[n] == EXPLAINING -> roll_back(slot)
		:: at[n] == USING_JWT || at[n] == CLAIMING || at[n] == COMMITTING ->
			tx[slot].slot = IN_DOUBT
		:: else
		fi;
		rest()
	}
	od
}

/* --- users, who end access --- */

active proctype User() {
	byte n_left = REVOCATIONS;
	bool is_revoking; /* in its turn */
	bool listed[ROWS]; /* the grants that the transaction has found */
	byte g;

end:	do

	/* grant_revoke() in src/store/grants.c: one grant. */
	:: atomic {
		n_left > 0 && NOBODY_WRITES && n_requests > 0 ->
		select(g : 1 .. REQUESTS);
		if
		:: (status[g] == LIVE || status[g] == MINTING) && !access_ended ->
			n_left--;
			status[g] = REVOKED;
			in_feed[g] = true;
			if /* the answer arrives, or is lost */
			:: answered_dead[g] = true
			:: true
			fi;
			check_promises()
		:: else
		fi;
		g = 0
	}

	/* access_end() in src/store/grants.c: lists the grants; nothing is issued meanwhile. */
	:: atomic {
		n_left > 0 && NOBODY_WRITES ->
		n_left--;
		is_taken = true;
		is_revoking = true;
		for (g : 1 .. REQUESTS) {
			listed[g] = (status[g] == LIVE)
		}
		g = 0
	}

	/* access_revoke() in src/store/grants.c: one row ends it all, and the feed gets the list. */
	:: atomic {
		is_revoking ->
		access_ended = true;
		for (g : 1 .. REQUESTS) {
			in_feed[g] = in_feed[g] || listed[g];
			listed[g] = false
		}
		is_taken = false;
		is_revoking = false;
		if
		:: for (g : 1 .. REQUESTS) {
			answered_dead[g] = answered_dead[g] || status[g] != NO_GRANT
		   }
		:: true
		fi;
		g = 0;
		check_promises()
	}

	/* The world: the node that revokes dies before the commit. */
	:: atomic {
		is_revoking ->
		for (g : 1 .. REQUESTS) {
			listed[g] = false
		}
		g = 0;
		is_taken = false;
		is_revoking = false
	}

	/* project_delete() in src/store/projects.c: the grants end with it, by one row of the feed. */
	:: atomic {
		n_left > 0 && NOBODY_WRITES ->
		n_left--;
		if
		:: project_gone[0] = true
		:: project_gone[1] = true
		fi;
		if
		:: for (g : 1 .. REQUESTS) {
			answered_dead[g] = answered_dead[g] ||
				       status[g] != NO_GRANT && project_gone[code_of[g]]
		   }
		:: true
		fi;
		g = 0;
		check_promises()
	}
	od
}

/* --- the database, on its own --- */

/* In the middle of a claim, with a JWT that it has or may have, and a code that it may have. */
#define ABANDONED(s)                                                                               \
	(tx[s].slot == IN_DOUBT && tx[s].wanted != NOTHING && tx[s].effect == NOTHING &&               \
	 (jwt_lock[jwt_of[tx[s].attempt]] == s + 1 ||                                                  \
	  jwt_lock[jwt_of[tx[s].attempt]] == 0 && jwt_used_by[jwt_of[tx[s].attempt]] == 0) &&          \
	 code_lock[code_of[tx[s].attempt]] == 0)

active proctype World() {
	byte i;

end:	do

	/* The world: a claim whose node does not hear of it goes on as far as it can, as the node sent all
	 * of it. */
	:: atomic {
		ABANDONED(0) || ABANDONED(1) || ABANDONED(2) ->
		if
		:: ABANDONED(0) -> i = 0
		:: ABANDONED(1) -> i = 1
		:: ABANDONED(2) -> i = 2
		fi;
		jwt_lock[jwt_of[tx[i].attempt]] = i + 1;
		if
		:: code_used_by[code_of[tx[i].attempt]] == 0 ->
			code_lock[code_of[tx[i].attempt]] = i + 1;
			tx[i].effect = tx[i].wanted
		:: else ->
			tx[i].effect = UNDECIDED
		fi;
		i = 0
	}

	/* The world: a COMMIT whose node does not hear of it is done, or rolled back. */
	:: atomic {
		tx[0].slot == IN_DOUBT || tx[1].slot == IN_DOUBT || tx[2].slot == IN_DOUBT ->
		if
		:: tx[0].slot == IN_DOUBT -> i = 0
		:: tx[1].slot == IN_DOUBT -> i = 1
		:: tx[2].slot == IN_DOUBT -> i = 2
		fi;
		if
		:: commit(i)
		:: roll_back(i)
		fi;
		i = 0;
		check_promises()
	}
	od
}

/* --- the end, when nobody can do anything more --- */

active proctype Judge() {
end:	timeout ->
	/* PROMISE: nobody waits for ever */
	assert(at[0] == IDLE && at[1] == IDLE && NOBODY_WRITES)
}
