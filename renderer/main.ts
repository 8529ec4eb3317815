import { mount } from 'svelte';
import { assertExists } from '../core/assert.ts';
import App from './App.svelte';
import './style/base.css';

mount(App, { target: assertExists(document.getElementById('app'), 'the root of the page') });
