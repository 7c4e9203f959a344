import js from '@eslint/js';

export default [
  {
    ignores: [
      '.venv/', 'build/', 'clients/javascript/types/', 'dist/', 'mockgms/ui/built_site/', 'mutants/',
      'mockgms/ui/static/faults.js', 'mockgms/ui/static/conditionkinds.js', // generated
    ],
  },
  js.configs.recommended,
  {
    rules: {
      complexity: ['error', 12], // 8 in pyproject.toml, where `and`, `or` and defaults do not count
      'max-params': ['error', 6], // as in pyproject.toml
      'max-len': ['error', 120], // as in pyproject.toml
      camelcase: ['error', { properties: 'never' }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'no-shadow': 'error',
      'no-undef': 'off', // tsc knows which names there are
      'no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-var': 'error',
      'object-shorthand': 'error',
      'prefer-const': 'error',
      'prefer-template': 'error',
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
  },
  {
    files: ['mockgms/ui/static/callback{service,form}.js'],
    rules: { 'no-console': 'off' }, // it warns the developer of the page
  },
  {
    files: ['callback{service,form}', 'theme'].map((name) => `mockgms/ui/static/${name}.js`),
    languageOptions: { sourceType: 'script' },
  },
];
