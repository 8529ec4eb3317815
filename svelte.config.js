/** Shared by vite, svelte-check and eslint. */
export default { compilerOptions: { runes: true } };
