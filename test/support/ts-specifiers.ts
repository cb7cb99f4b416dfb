import { registerHooks } from 'node:module';

// Sources name each other by what they are compiled to; without a build, Node needs the names of the sources.
registerHooks({
  resolve(specifier, context, next) {
    const isOwn = specifier.startsWith('.') && !context.parentURL?.includes('/node_modules/');
    return next(isOwn ? specifier.replace(/\.js$/, '.ts') : specifier, context);
  },
});
