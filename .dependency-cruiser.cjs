/** The house's one-way imports (docs/architecture.md). Each rule says why it is there. */
const node =
  '^(node:|assert|buffer|child_process|crypto|events|fs|http|https|net|os|path|process|stream|url|util|worker_threads)';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'core-is-pure',
      comment:
        'core takes bytes and facts and gives facts, so that it runs and is tested anywhere: only valibot may come in.',
      severity: 'error',
      from: { path: '^core/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: ['^core/', '^node_modules/valibot/'] },
    },
    {
      name: 'core-has-no-node',
      comment: 'No I/O, no clock, no randomness in core.',
      severity: 'error',
      from: { path: '^core/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'renderer-knows-only-core',
      comment:
        'The interface talks to the service through the contract in core/rpc and never touches the machine.',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { path: ['^main/', '^native/', '^test/', node] },
    },
    {
      name: 'main-does-not-know-the-renderer',
      comment: 'The service can be used with no interface at all (the command line).',
      severity: 'error',
      from: { path: '^main/' },
      to: { path: '^renderer/' },
    },
    {
      name: 'main-does-not-know-its-tests',
      comment: 'What only tests need stays out of the program.',
      severity: 'error',
      from: { path: '^main/', pathNot: '[.]test[.]ts$' },
      to: { path: '^test/' },
    },
    {
      name: 'only-main-native-loads-the-addon',
      comment: 'One place knows how the addon is found and what its calls look like.',
      severity: 'error',
      from: { path: '^main/', pathNot: '^main/native/' },
      to: { path: '^native/' },
    },
    {
      name: 'one-file-knows-electron',
      comment: 'The shell stays thin: everything else runs and is tested without Electron.',
      severity: 'error',
      from: { path: '^(core|main|renderer)/', pathNot: ['^main/electron/(entry|preload)\\.ts$'] },
      to: { path: ['^electron$', '^node_modules/electron/'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'nothing-but-tests-reads-tests',
      comment: 'No result recorded for a test may steer the product.',
      severity: 'error',
      from: { path: '^(core|main|renderer|native)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^test/' },
    },
    {
      name: 'allocator-stands-alone',
      comment:
        'mballoc is told about inodes through its own interface and knows nothing of files, names or plans.',
      severity: 'error',
      from: { path: '^core/mballoc/', pathNot: '\\.test\\.ts$' },
      to: { path: '^core/(vfs|experiment|rpc|view|torn)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-cycles',
      comment: 'Rooms that need each other are one room.',
      severity: 'error',
      // A group's fields are fields again: the one component that holds itself.
      from: { pathNot: '^renderer/plan/Field\\.svelte$' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|native/build)/' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.mjs', '.cjs', '.svelte'] },
  },
};
