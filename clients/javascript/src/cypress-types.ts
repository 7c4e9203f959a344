// The types of the commands that `mockgms/cypress/support` adds. They complete the interface of Cypress, which need not be
// installed to compile this.

import type { ArmedRule, Rule } from './api.js';
import type { Client } from './client.js';

/** The methods of a client that `cy.gms` calls: those whose answers are JSON. */
type Method = Exclude<
  { [Name in keyof Client]: Client[Name] extends (...args: any[]) => Promise<unknown> ? Name : never }[keyof Client],
  'newSession' | 'fork'
>;

/** What Cypress yields for an answer, which it passes as JSON: null if there is none, and a rule without its methods. */
type Yielded<Answer> = Answer extends void ? null : Answer extends ArmedRule ? Rule : Answer;

declare global {
  namespace Cypress {
    interface Chainable<Subject = any> {
      /** Calls a method of the client of the test's session, and yields its answer. */
      gms<Name extends Method>(
        method: Name, ...args: Parameters<Client[Name]>
      ): Chainable<Yielded<Awaited<ReturnType<Client[Name]>>>>;
      /** Yields the session of the test. */
      gmsSession(): Chainable<{ id: string, baseUrl: string, v3Url: string }>;
    }
  }
}
