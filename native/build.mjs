// Builds native/build/untorn.node with the C++ compiler alone: no Python, no make, no download. The headers come from
// npm (node-api-headers, node-addon-api), and Node-API keeps its binary interface, so one result loads in every Node
// from 20 on and in Electron. Does nothing when the result is newer than all it was made from.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const native = path.dirname(fileURLToPath(import.meta.url));
const output = path.join(native, 'build');
const folders = ['io', 'addon'];

const require = createRequire(import.meta.url);
const headers = [
  require('node-api-headers').include_dir,
  path.dirname(require.resolve('node-addon-api/package.json')),
];

const compiler = process.env.CXX ?? 'g++';
const compilerFlags = [
  ...['-std=c++17', '-O2', '-fPIC', '-pthread', '-fvisibility=hidden', '-fstack-protector-strong'],
  ...['-Wall', '-Wextra', '-Werror'],
  ...['-DNAPI_VERSION=8', '-DNODE_ADDON_API_CPP_EXCEPTIONS_ALL', '-D_GNU_SOURCE', '-D_FILE_OFFSET_BITS=64'],
  // A worker thread may end while something is under way: then there is nobody to whom an exception could go.
  '-DNODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS',
  ...headers.flatMap((folder) => ['-isystem', folder]),
];
// The C++ library goes in statically: the result then runs where only an older one is installed.
const linkerFlags = ['-shared', '-pthread', '-static-libstdc++', '-static-libgcc', '-Wl,-z,relro,-z,now'];

/**
 * liburing for io_uring, static, so that the result still loads where only the system's C library is. The addon is whole
 * without it, and says what is left out.
 */
async function findRing() {
  try {
    await run(compiler, ['-fsyntax-only', '-include', 'liburing.h', '-x', 'c++', '/dev/null']);
    return await findStatic('liburing.a');
  } catch {
    return null;
  }
}

/** Where the compiler finds a static library; null where it does not, as where only shared ones are installed. */
async function findStatic(name) {
  try {
    const { stdout } = await run(compiler, [`-print-file-name=${name}`]);
    const library = stdout.trim();
    return path.isAbsolute(library) ? library : null;
  } catch {
    return null;
  }
}

const ring = await findRing();
if (ring === null) console.error('native: no liburing (Debian: liburing-dev): io_uring is left out');
else {
  compilerFlags.push('-DUNTORN_HAS_LIBURING');
  linkerFlags.push(ring);
}

/** All files below the source folders with one of the endings, sorted. */
async function filesEnding(...endings) {
  const lists = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(path.join(native, folder)))
        .filter((name) => endings.some((ending) => name.endsWith(ending)))
        .map((name) => path.join(native, folder, name)),
    ),
  );
  return lists.flat().sort();
}

/** Fingerprint of everything the result depends on: contents rather than dates, which a fresh clone does not keep. */
async function fingerprint(files, ...facts) {
  const hash = createHash('sha256').update(JSON.stringify(facts));
  for (const file of files)
    hash
      .update(file)
      .update('\0')
      .update(await readFile(file))
      .update('\0');
  return hash.digest('hex');
}

async function knownFingerprint(target) {
  try {
    return await readFile(`${target}.from`, 'utf8');
  } catch {
    return null;
  }
}

/** Runs `make(temporary)` and moves its result to `target`, unless `target` was made from the same things before. */
async function upToDate(target, from, make) {
  if ((await knownFingerprint(target)) === from) return false;
  await rm(`${target}.from`, { force: true });
  const temporary = `${target}.${process.pid}`;
  try {
    await make(temporary);
    await rename(temporary, target);
  } finally {
    await rm(temporary, { force: true });
  }
  await writeFile(`${target}.from`, from);
  return true;
}

/** Calls `work` on every item, at most one per CPU at a time. */
async function inParallel(items, work) {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}

async function compile(source, included) {
  const object = path.join(output, `${path.relative(native, source).replaceAll(path.sep, '-')}.o`);
  const from = await fingerprint([source, ...included], compiler, compilerFlags, process.arch);
  await upToDate(object, from, async (temporary) => {
    console.error(`native: compiling ${path.relative(native, source)}`);
    await run(compiler, [...compilerFlags, '-c', source, '-o', temporary]);
  });
  return object;
}

async function build() {
  if (process.platform !== 'linux')
    throw new Error('the addon is made of Linux system calls: build it on Linux');
  await mkdir(output, { recursive: true });
  const sources = await filesEnding('.cc');
  const included = [...(await filesEnding('.h')), fileURLToPath(import.meta.url)];
  const target = path.join(output, 'untorn.node');
  const versions = await Promise.all(
    ['node-addon-api', 'node-api-headers'].map((name) => require(`${name}/package.json`).version),
  );
  const everything = await fingerprint(
    [...sources, ...included],
    compiler,
    compilerFlags,
    linkerFlags,
    versions,
  );

  const built = await upToDate(target, everything, async (temporary) => {
    const objects = [];
    await inParallel(sources, async (source) => objects.push(await compile(source, included)));
    await run(compiler, [...objects.sort(), ...linkerFlags, '-o', temporary]);
  });
  const init = await buildInit();
  const helper = await buildHelper();
  const keeper = await buildKeeper();
  const recorder = await buildRecorder();
  if (!built && !init && !helper && !keeper && !recorder) console.error('native: up to date');
}

/** The first process of a sandbox's guest: a program of its own, which knows neither Node nor the addon. */
async function buildInit() {
  const source = path.join(native, 'helper', 'init.cc');
  const flags = ['-std=c++17', '-O2', '-fstack-protector-strong', '-Wall', '-Wextra', '-Werror'];
  const linking = ['-static-libstdc++', '-static-libgcc', '-Wl,-z,relro,-z,now'];
  const from = await fingerprint([source], compiler, flags, linking);
  return upToDate(path.join(output, 'untorn-init'), from, async (temporary) => {
    console.error('native: compiling helper/init.cc');
    await run(compiler, [...flags, source, ...linking, '-o', temporary]);
  });
}

/**
 * The one program that runs as root (docs/privilege.md), over io alone. With UNTORN_SANITIZE=1 a second one is made that
 * watches itself for mistakes with memory, for the fuzz of its pipe.
 */
async function buildHelper() {
  const folder = path.join(native, 'helper', 'privileged');
  const files = (await readdir(folder)).map((name) => path.join(folder, name)).sort();
  const needed = [
    ...['beneath', 'block_device', 'failure', 'fiemap', 'foreign_watch', 'loop', 'mount', 'page_memory'],
    ...['transfer', 'workbench', 'workbench_layout'],
  ];
  const io = needed.map((name) => path.join(native, 'io', `${name}.cc`));
  const sources = [...files.filter((name) => name.endsWith('.cc')), ...io];
  const headers = (await readdir(path.join(native, 'io'))).filter((name) => name.endsWith('.h'));
  const included = headers.map((name) => path.join(native, 'io', name));
  const flags = [
    ...['-std=c++17', '-O2', '-pthread', '-fstack-protector-strong', '-Wall', '-Wextra', '-Werror'],
    ...['-D_GNU_SOURCE', '-D_FILE_OFFSET_BITS=64'],
  ];
  const usual = ['-s', '-static-libstdc++', '-static-libgcc', '-Wl,-z,relro,-z,now'];
  const watched = ['-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
  const make = async (name, linking) => {
    const from = await fingerprint([...files, ...io, ...included], compiler, flags, linking);
    return upToDate(path.join(output, name), from, async (temporary) => {
      console.error(`native: compiling helper/privileged as ${name}`);
      await run(compiler, [...flags, ...sources, ...linking, '-o', temporary]);
      await chmod(temporary, 0o755);
    });
  };
  const built = await make('untorn-helper', usual);
  if (process.env.UNTORN_SANITIZE !== '1') return built;
  return (await make('untorn-helper-watched', watched)) || built;
}

/** What takes UDisks2's loop devices away when a lab dies (docs/privilege.md): a program of its own, since it must outlive this one. */
async function buildKeeper() {
  const folder = path.join(native, 'helper', 'keeper');
  const files = (await readdir(folder)).map((name) => path.join(folder, name)).sort();
  const sources = files.filter((name) => name.endsWith('.cc'));
  const flags = [
    ...['-std=c++17', '-O2', '-fstack-protector-strong', '-Wall', '-Wextra', '-Werror'],
    '-D_GNU_SOURCE',
  ];
  const linking = ['-s', '-static-libstdc++', '-static-libgcc', '-Wl,-z,relro,-z,now'];
  const from = await fingerprint(files, compiler, flags, linking);
  return upToDate(path.join(output, 'untorn-keeper'), from, async (temporary) => {
    console.error('native: compiling helper/keeper');
    await run(compiler, [...flags, ...sources, ...linking, '-o', temporary]);
  });
}

/**
 * The disk in a FUSE file that crash states are recorded with: a program of its own, since it must go on where this
 * one ends. Left out, and said so, where libfuse3 is not there: nothing else needs it.
 */
async function buildRecorder() {
  const fuse = '/usr/include/fuse3';
  const library = await findStatic('libfuse3.a');
  try {
    await access(path.join(fuse, 'fuse_lowlevel.h'));
  } catch {
    console.error('native: no libfuse3 (Debian: apt-get install libfuse3-dev): the recorder is left out');
    return false;
  }
  if (library === null) {
    console.error('native: no libfuse3.a, the static library of libfuse3: the recorder is left out');
    return false;
  }
  const folder = path.join(native, 'recorder');
  const files = (await readdir(folder)).map((name) => path.join(folder, name)).sort();
  const sources = [...files.filter((name) => name.endsWith('.cc')), path.join(native, 'io', 'failure.cc')];
  const flags = [
    ...['-std=c++17', '-O2', '-pthread', '-fstack-protector-strong', '-Wall', '-Wextra', '-Werror'],
    ...['-D_GNU_SOURCE', '-D_FILE_OFFSET_BITS=64', '-isystem', fuse],
  ];
  // The library goes in statically, so that the program runs where only FUSE itself is there.
  const libraries = [library, '-ldl', '-static-libstdc++', '-static-libgcc', '-Wl,-z,relro,-z,now'];
  const from = await fingerprint([...files, ...sources], compiler, flags, libraries);
  return upToDate(path.join(output, 'untorn-recorder'), from, async (temporary) => {
    console.error('native: compiling recorder');
    await run(compiler, [...flags, ...sources, ...libraries, '-o', temporary]);
  });
}

try {
  await build();
} catch (error) {
  const missing = error.code === 'ENOENT' && error.syscall?.startsWith('spawn');
  console.error(
    missing
      ? `native: no C++ compiler "${compiler}" (Debian: apt-get install g++; or name yours in CXX)`
      : `native: ${error.stderr || error.message}`,
  );
  process.exitCode = 1;
}
