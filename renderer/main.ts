import { mount } from 'svelte';
import { assertExists } from '../core/assert.ts';
import App from './App.svelte';
import '@fontsource/ibm-plex-mono/latin-400.css';
import '@fontsource/ibm-plex-mono/latin-500.css';
import '@fontsource/ibm-plex-sans/latin-400.css';
import '@fontsource/ibm-plex-sans/latin-500.css';
import '@fontsource/ibm-plex-sans/latin-600.css';
import { shareToken } from './state/connection.ts';
import './style/base.css';

await shareToken();
mount(App, { target: assertExists(document.getElementById('app'), 'the root of the page') });
