// SPDX-License-Identifier: Apache-2.0
import {fill, h} from './dom.js';
import {frame, main, nextPage, registers} from './page.js';
import {registerForm} from './register_form.js';
import {t} from './text.js';

frame({title: t('register'), narrow: true});
fill(main, h('div', {class: 'card'},
	h('h1', {}, t('register')),
	registers ? [h('p', {class: 'soft'}, t('register.lead')), registerForm(() => location.replace(nextPage()))]
		: h('p', {}, t('register.closed')),
	h('p', {class: 'soft'}, t('register.have'), ' ', h('a', {href: '/login' + location.search}, t('login')))));
