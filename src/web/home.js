// SPDX-License-Identifier: Apache-2.0
// The first page: what this is, and where to go.

import {h, show} from './dom.js';
import {frame, main, registers, whoIsThere} from './page.js';
import {t} from './text.js';

const place = (href, key) => h('a', {class: 'card', href}, h('h2', {}, t('nav.' + key)), h('p', {class: 'soft'}, t(`home.${key}`)));

const doors = () => h('div', {class: 'row'},
	h('a', {class: 'button primary', href: '/login'}, t('login')),
	registers && h('a', {class: 'button', href: '/register'}, t('register')));

frame({});
show(main, async () => {
	const account = await whoIsThere();
	frame({});
	return [
		h('div', {class: 'stack'},
			h('h1', {}, account ? t('home.hello', {name: account.full_name}) : t('home.title')),
			h('p', {class: 'soft'}, t('home.lead'))),
		account ? h('div', {class: 'cards'}, ['apps', 'projects', 'console', 'account'].map(key => place('/' + key, key))) : doors(),
	];
});
