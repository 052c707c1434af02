// SPDX-License-Identifier: Apache-2.0
// Consent: who asks, for what, and a person's answer. Opened by /oauth2/authorize, and by
// /oauth2-integration, where the page also makes the token request and hands the grant over.

import {api, post, Refusal} from './api.js';
import {busy, field, fill, h, newId, note, pick, refuse, sentence, show} from './dom.js';
import {data, frame, logInForm, main, registerForm, registers, whoIsThere} from './page.js';
import {backWords, parse, placeText, placeWords, rights, tags} from './scopes.js';
import {day, span, t} from './text.js';

const {flow, request, client} = data();
const isLegacy = flow === 'legacy';
const target = new URL(request.redirect_uri);
const isWeb = ['https:', 'http:'].includes(target.protocol);
const isLocal = !isWeb || ['localhost', '127.0.0.1', '[::1]'].includes(target.hostname);
const host = isWeb ? target.host : target.protocol.slice(0, -1);

const SLACK = 900; // seconds: a key's end may be offered no closer than this page may stay open
const RENEWALS = 15; // silent ones; later, answering renews
const HOUR = 3600, DAY = 86400;
const LEAST = 60; // seconds that an access must last

// --- who asks ---

const asks = small => h('div', {class: 'asks'},
	h('h1', {}, h('span', {class: 'host'}, host), small ? t('asks.login') : t('asks.title')),
	h('p', {class: 'soft'}, t('asks.calls', {name: client.name})),
	!small && client.description && h('p', {}, client.description),
	!small && h('p', {class: 'small soft'}, [isLocal && t('asks.local'), t('asks.since', {date: day(client.created_at)}), t('asks.unproven')].filter(Boolean).join(' ')));

function door(isNew) {
	frame({title: t('login'), narrow: true, links: false});
	const other = h('button', {type: 'button', class: 'link', onclick: () => door(!isNew)}, t(isNew ? 'login' : 'register.link'));
	fill(main, h('div', {class: 'card'}, asks(true), h('hr'), h('h2', {}, t(isNew ? 'register' : 'login')),
		(isNew ? registerForm : logInForm)(start),
		registers && h('p', {class: 'soft'}, t(isNew ? 'register.have' : 'login.new'), ' ', other)));
	main.querySelector('input').focus();
}

// --- the request, kept alive while the page is open ---

let view = null;
let timer = 0;

async function ask(options) {
	view = await post('/api/v0/oauth2/request', request, options);
}

function keepAlive(left = RENEWALS) {
	clearTimeout(timer);
	if (!left) return;
	const rest = Date.parse(view.consent_expires_at) - Date.now() - 30000;
	timer = setTimeout(async () => {
		await ask({ask: false}).catch(() => {});
		keepAlive(left - 1);
	}, Math.min(Math.max(rest, 5000), 240000));
}

// --- what may be done ---

function rightsPart(required) {
	const asked = parse(view.needed_access).rights;
	const boxes = asked.map(right => {
		const isNeeded = required.includes(right);
		const tag = isNeeded ? h('span', {class: 'tag'}, t('needed')) : right === 'delete' ? h('span', {class: 'tag warn'}, t('careful')) : null;
		const node = pick({title: t('right.' + right), more: t(`right.${right}.more`), tag, name: right, checked: true, disabled: isNeeded});
		node.right = right;
		return node;
	});
	const limited = h('p', {class: 'small problem', hidden: true});
	return {
		node: h('fieldset', {}, h('legend', {}, t('may')), ...boxes, limited),
		control: boxes.map(box => box.control).find(box => !box.disabled),
		chosen: () => boxes.filter(box => box.control.checked).map(box => box.right),
		// A project's key may allow less. Return: whether all that is needed is left.
		within(allowed) {
			const missing = boxes.filter(box => allowed && !allowed.includes(box.right));
			for (const box of boxes) {
				const isNeeded = required.includes(box.right);
				const isMissing = missing.includes(box);
				if (isMissing && !isNeeded) box.control.checked = false;
				else if (isNeeded) box.control.checked = true;
				box.control.disabled = isNeeded || isMissing;
			}
			limited.textContent = t('may.limited', {rights: missing.map(box => t('short.' + box.right)).join(', ')});
			limited.hidden = !missing.length;
			return !missing.some(box => required.includes(box.right));
		},
	};
}

// --- where ---

// A place that was asked for: a box, and a path below it to narrow it to.
function askedPlace(place) {
	const box = pick({title: placeWords(place), checked: true});
	const path = field({label: t('narrow.path', {place: placeWords(place)}), placeholder: 'holidays/2024/', autocomplete: 'off', spellcheck: 'false'});
	path.hidden = true;
	const open = h('button', {type: 'button', class: 'link small', 'aria-expanded': 'false', onclick() {
		path.hidden = !path.hidden;
		open.setAttribute('aria-expanded', String(!path.hidden));
		if (!path.hidden) path.control.focus();
	}}, t('narrow'));
	return {
		node: h('div', {class: 'tight'}, box, h('div', {class: 'row'}, open), path),
		chosen: () => (box.control.checked ? {...place, path: place.path + (path.hidden ? '' : path.control.value)} : null),
		allowPaths(yes) {
			open.hidden = !yes;
			if (!yes) path.hidden = true;
			box.control.disabled = !yes && place.path !== '';
			if (box.control.disabled) box.control.checked = false;
		},
	};
}

// A place that the person adds where everything was asked for.
function addedPlace(remove) {
	const bucket = field({label: t('bucket'), autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', minlength: 3, maxlength: 63});
	const path = field({label: t('path'), autocomplete: 'off', spellcheck: 'false'});
	const node = h('div', {class: 'row grow indent'}, bucket, path,
		h('button', {type: 'button', class: 'link small', onclick: () => { node.remove(); remove(row); }}, t('remove')));
	const row = {
		node, bucket,
		chosen: () => (bucket.control.value ? {bucket: bucket.control.value.trim(), path: path.hidden ? '' : path.control.value} : null),
		allowPaths(yes) { path.hidden = !yes; },
	};
	return row;
}

function everywherePart() {
	let rows = [], paths = true;
	const list = h('div', {class: 'stack', hidden: true});
	const places = h('div', {class: 'stack'});
	const add = () => {
		const row = addedPlace(gone => { rows = rows.filter(one => one !== gone); });
		row.allowPaths(paths);
		rows.push(row);
		places.append(row.node);
		row.bucket.control.focus();
	};
	const choice = (only, title, more) => pick({type: 'radio', name: 'where', title, more, checked: !only, onchange() {
		list.hidden = !only;
		if (only && !rows.length) add();
	}});
	list.append(places, h('div', {}, h('button', {type: 'button', class: 'small-button', onclick: add}, t('where.add'))));
	return {
		node: h('fieldset', {}, h('legend', {}, t('where')), choice(false, t('where.all'), t('where.all.more')), choice(true, t('where.only'), t('where.only.more')), list),
		chosen: () => (list.hidden ? [] : rows.map(row => row.chosen()).filter(Boolean)),
		isEmpty: () => !list.hidden && !rows.some(row => row.chosen()),
		focus: () => (rows[0]?.bucket.control ?? list.querySelector('button')).focus(),
		allowPaths(yes) { paths = yes; rows.forEach(row => row.allowPaths(yes)); },
	};
}

function placesPart() {
	const asked = parse(view.needed_access).places;
	if (!asked.length) return everywherePart();
	const rows = asked.map(askedPlace);
	const none = h('p', {class: 'small problem', hidden: true}, t('where.nopaths'));
	const chosen = () => rows.map(row => row.chosen()).filter(Boolean);
	return {
		node: h('fieldset', {}, h('legend', {}, t('where')), ...rows.map(row => row.node), none),
		chosen,
		isEmpty: () => !chosen().length,
		focus: () => rows[0].node.querySelector('input').focus(),
		allowPaths(yes) {
			rows.forEach(row => row.allowPaths(yes));
			none.hidden = yes || !asked.some(place => place.path);
		},
	};
}

// --- which project, for how long ---

function projectPart(projects, changed) {
	if (projects.length === 1)
		return {node: h('div', {class: 'tight'}, h('p', {class: 'label'}, t('project')), h('p', {}, projects[0].name)), chosen: () => projects[0]};
	const node = field({label: t('project'), tag: 'select', options: projects.map(project => [project.id, project.name]), onchange: changed});
	return {node, chosen: () => projects.find(project => project.id === node.control.value)};
}

// Seconds; undefined: what the server gives by itself; null: no end.
function lifetimes({max_expires_in: most, default_expires_in: usual}) {
	const fits = seconds => most === null || seconds <= most - (most % DAY ? SLACK : 0);
	const list = [HOUR, DAY, 30 * DAY, 365 * DAY].filter(fits).map(seconds => [seconds, span(seconds)]);
	if (!list.some(([seconds]) => seconds === usual)) list.push([undefined, span(usual)]);
	if (most === null) list.push([null, t('long.noend')]);
	return list.sort(([a], [b]) => (a === null) - (b === null) || (a ?? usual) - (b ?? usual));
}

function longPart() {
	let list = [], boxes = [];
	const row = h('div', {class: 'times'});
	const name = newId();
	return {
		node: h('fieldset', {}, h('legend', {}, t('long')), row),
		offer(project) {
			const before = list[boxes.findIndex(box => box.control.checked)]?.[0];
			list = lifetimes(project);
			const has = list.some(([seconds]) => seconds === before);
			const wish = boxes.length && has ? before : list.find(([seconds]) => (seconds ?? project.default_expires_in) === project.default_expires_in)[0];
			boxes = list.map(([seconds, title]) => pick({type: 'radio', name, title, checked: seconds === wish}));
			fill(row, boxes);
		},
		chosen: () => list[boxes.findIndex(box => box.control.checked)][0],
	};
}

// --- the passphrase ---

function keyPart() {
	const hidden = {type: 'password', autocomplete: 'off', maxlength: 1024, spellcheck: 'false'};
	const first = field({label: t('phrase'), hint: t('phrase.hint'), ...hidden});
	const second = field({label: t('phrase.again'), hint: t('phrase.again.hint'), ...hidden});
	const typed = h('div', {class: 'stack indent'}, first, second);
	const warning = note('warn', t(isLegacy ? 'key.legacy' : 'key.prefix'));
	warning.hidden = true;
	const choice = (without, title, more) => pick({type: 'radio', name: 'key', title, more, checked: !without, onchange() {
		typed.hidden = without;
		update();
	}});
	let hasPrefix = () => false, isKnown = true;
	function update() {
		warning.hidden = !typed.hidden || !hasPrefix();
		second.hidden = isKnown;
	}
	return {
		node: h('fieldset', {}, h('legend', {}, t('key')), choice(false, t('key.with'), t('key.with.more')), typed, choice(true, t('key.without'), t('key.without.more')), warning),
		watch(prefix) { hasPrefix = prefix; },
		offer(known) { isKnown = known; update(); },
		update,
		chosen: () => (typed.hidden ? undefined : first.control.value),
		// Return: what keeps the answer from being sent, or null.
		problem() {
			if (typed.hidden) return isLegacy && hasPrefix() ? warning : null;
			if (!first.control.value) return refuse(first, t('phrase.missing'));
			if (!second.hidden && second.control.value !== first.control.value) return refuse(second, t('phrase.differs'));
			return null;
		},
	};
}

// --- the answer ---

function leave(uri) {
	clearTimeout(timer);
	frame({title: t('leaving.title'), narrow: true, links: false});
	fill(main, h('div', {class: 'card'}, h('h1', {}, t('leaving', {host})), h('p', {class: 'soft'}, t('leaving.more')),
		h('p', {}, h('a', {href: uri}, t('leaving.link')))));
	location.replace(uri);
}

function withParameter(name, value) {
	const uri = request.redirect_uri;
	return `${uri}${uri.includes('?') ? '&' : '?'}${name}=${encodeURIComponent(value)}`;
}

// The one thing that the old way has the page do itself: the application's JWT came in the address.
async function exchange(code) {
	const body = {
		client_id: request.client_id,
		client_secret: new URLSearchParams(location.search).get('client_secret'),
		redirect_uri: request.redirect_uri,
		code,
	};
	for (let tried = 1; ; tried++) {
		try {
			const {access_grant} = await post('/api/v0/oauth2/token', body, {ask: false});
			return leave(withParameter('access_grant', access_grant));
		} catch (error) {
			if (!(error instanceof Refusal)) throw error;
			if (error.status === 503 && tried < 4) {
				await new Promise(done => setTimeout(done, Math.max(error.wait, 1) * 1000));
				continue;
			}
			const words = {401: 'unauthorized_client', 400: 'invalid_request', 503: 'temporarily_unavailable'};
			return leave(withParameter('error', words[error.status] ?? 'server_error'));
		}
	}
}

// One that ran out while the page was asleep is asked for anew; the answer is to the same question.
async function answer(body) {
	try {
		return await post('/api/v0/oauth2/consent', {request_id: view.request_id, ...body});
	} catch (error) {
		if (!['request_expired', 'invalid_request_id'].includes(error.code)) throw error;
		await ask();
		return post('/api/v0/oauth2/consent', {request_id: view.request_id, ...body});
	}
}

async function send(body, problem) {
	problem.hidden = true;
	try {
		const {redirect_uri, code} = await answer(body);
		if (isLegacy && code) await exchange(code);
		else leave(redirect_uri);
	} catch (error) {
		if (!(error instanceof Refusal)) throw error;
		// Somebody else logged in in another tab: nothing here is theirs.
		if (error.code === 'forbidden') return location.reload();
		if (error.code === 'request_not_pending') await ask().catch(() => {});
		fill(problem, h('p', {}, sentence(error)));
		problem.hidden = false;
		problem.scrollIntoView({block: 'nearest'});
	}
}

function already() {
	return view.current_access.length ? h('div', {class: 'tight'}, h('p', {class: 'label'}, t('already')), tags(view.current_access), h('p', {class: 'small soft'}, t('already.more'))) : null;
}

function consentForm(projects, grants) {
	const mayDo = rightsPart(view.required_scopes);
	const where = placesPart();
	const long = longPart();
	const key = keyPart();
	const back = h('p', {class: 'small soft'});
	const problem = h('div', {class: 'note bad', role: 'alert', hidden: true});
	const limit = h('div', {class: 'note warn', hidden: true}, h('p', {}, t('project.limited')));
	const project = projectPart(projects, () => changed());
	const allow = h('button', {class: 'primary'}, t('allow'));
	const deny = h('button', {type: 'button', onclick: () => busy(deny, () => send({approve: false}, problem))}, t('refuse'));
	const scopes = () => [...mayDo.chosen(), ...where.chosen().map(placeText)];
	key.watch(() => where.chosen().some(place => place.path));

	function changed() {
		const one = project.chosen();
		const isAlive = one.max_expires_in === null || one.max_expires_in >= LEAST;
		const isEnough = mayDo.within(one.limits?.scopes ? parse(one.limits.scopes).rights : null) && isAlive;
		limit.hidden = isEnough;
		allow.disabled = !isEnough;
		where.allowPaths(one.path_cipher !== 'none');
		long.offer(one);
		key.offer(grants.some(grant => grant.project_id === one.id));
		back.textContent = `${backWords(one.enforced_by)} ${t('back.where')}`;
	}

	// Return: the first thing that is wrong, said and in focus.
	function isIncomplete() {
		const wrong = text => { fill(problem, h('p', {}, text)); problem.hidden = false; return true; };
		if (!mayDo.chosen().length) return mayDo.control?.focus(), wrong(t('may.none'));
		if (where.isEmpty()) return where.focus(), wrong(t('where.none'));
		const control = key.problem();
		if (!control) return false;
		control.focus();
		return true;
	}

	const approve = () => send({
		approved_scopes: scopes(),
		rejected_scopes: view.needed_access.filter(scope => rights.includes(scope) && !mayDo.chosen().includes(scope)),
		approve: true,
		project_id: project.chosen().id,
		expires_in: long.chosen(),
		passphrase: key.chosen(),
	}, problem);

	const node = h('form', {class: 'card', novalidate: true, method: 'post'},
		asks(false),
		h('div', {class: 'section'}, mayDo.node), where.node,
		h('div', {class: 'section stack'}, project.node, limit, long.node),
		h('div', {class: 'section'}, key.node),
		h('div', {class: 'section stack'}, already(), h('div', {class: 'tight'}, h('p', {class: 'label'}, t('back')), back)),
		isLegacy && note('warn', t('legacy.note')),
		h('div', {class: 'section stack'}, problem, h('div', {class: 'row grow'}, deny, allow),
			h('p', {class: 'small soft'}, t('returns', {uri: target.origin === 'null' ? request.redirect_uri : target.origin + target.pathname}))));
	node.addEventListener('change', key.update);
	node.addEventListener('input', key.update);
	node.addEventListener('submit', event => {
		event.preventDefault();
		problem.hidden = true;
		if (!allow.disabled && !isIncomplete()) busy(allow, approve);
	});
	changed();
	return node;
}

const noProject = () => h('div', {class: 'card'}, asks(false), note('warn', t('project.none')),
	h('div', {class: 'row'}, h('a', {class: 'button', href: '/projects', target: '_blank'}, t('nav.projects')), h('button', {type: 'button', onclick: start}, t('again'))));

function start() {
	frame({title: t('asks.page', {host}), narrow: true, links: false});
	return show(main, async () => {
		if (!await whoIsThere()) {
			setTimeout(door, 0, false);
			return [];
		}
		frame({title: t('asks.page', {host}), narrow: true, links: false});
		const [projects, grants] = await Promise.all([api.projects(), api.grants(), ask()]);
		keepAlive();
		return projects.length ? consentForm(projects, grants) : noProject();
	});
}

start();
