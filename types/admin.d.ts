// The admin API as the scripts of the pages use it. scripts/check-javascript writes build/openapi.d.ts from the OpenAPI
// document. Paths have no leading /__admin/, and may have a query.

import type { components, paths } from '../build/openapi.d.ts';

type Method = 'get' | 'put' | 'post' | 'patch' | 'delete';
type AdminPath<Key> = Key extends `/__admin/${infer Path}` ? Path : never;

/** `requests/{id}/explain` as the type of all texts that fit. */
type Filled<Pattern> = Pattern extends `${infer Before}{${string}}${infer After}`
  ? `${Before}${string}${Filled<After>}`
  : Pattern;
type Bare<M extends Method> = {
  [Key in keyof paths]: undefined extends paths[Key][M] ? never : Filled<AdminPath<Key>>
}[keyof paths];
type Path<M extends Method> = Bare<M> | `${Bare<M>}?${string}`;

type WithoutQuery<P> = P extends `${infer Found}?${string}` ? Found : P;
type SegmentMatches<Segment, Pattern> = Pattern extends `{${string}}` ? true : Segment extends Pattern ? true : false;
type Matches<P, Pattern> = P extends `${infer Segment}/${infer Rest}`
  ? Pattern extends `${infer SegmentPattern}/${infer RestPattern}`
    ? SegmentMatches<Segment, SegmentPattern> extends true ? Matches<Rest, RestPattern> : false
    : false
  : Pattern extends `${string}/${string}` ? false : SegmentMatches<P, Pattern>;
type Operation<M extends Method, P> = {
  [Key in keyof paths]: Key extends `/__admin/${infer Pattern}`
    ? Matches<WithoutQuery<P>, Pattern> extends true ? paths[Key][M] : never
    : never
}[keyof paths];

type Json<Message> = Message extends { content: { 'application/json': infer Value } } ? Value : never;
type JsonOfSuccess<Responses> = {
  [Status in keyof Responses]: Status extends 200 | 201 ? Json<Responses[Status]> : never
}[keyof Responses];

declare global {
  namespace Admin {
    type FaultName = components['schemas']['AnyFaultName'];
    /** What a successful request is answered with. */
    type Answer<M extends Method, P> =
      Operation<M, P> extends { responses: infer Responses } ? JsonOfSuccess<Responses> : never;
    /** What a request sends. */
    type Body<M extends Method, P> =
      Operation<M, P> extends { requestBody?: infer Sent } ? Json<NonNullable<Sent>> : never;

    interface Api {
      get<P extends Path<'get'>>(path: P): Promise<Answer<'get', P>>;
      put<P extends Path<'put'>>(path: P, body?: Body<'put', P>): Promise<Answer<'put', P>>;
      post<P extends Path<'post'>>(path: P, body?: Body<'post', P>): Promise<Answer<'post', P>>;
      patch<P extends Path<'patch'>>(path: P, body?: Body<'patch', P>): Promise<Answer<'patch', P>>;
      delete<P extends Path<'delete'>>(path: P): Promise<Answer<'delete', P>>;
    }

    type Callback = Answer<'get', 'callbacks'>[number];
    type Clock = Answer<'get', 'clock'>;
    type Entry = Answer<'get', `requests/${string}`>;
    type Explanation = Answer<'get', `requests/${string}/explain`>;
    type Finding = Answer<'post', 'scenario/check'>['findings'][number];
    type Rule = Answer<'get', 'rules'>[number];
    type Service = Answer<'get', 'services'>['services'][number];
    type Slot = Answer<'get', 'slots'>[number];
    type Summary = Exclude<Answer<'get', 'requests'>['requests'][number], Entry>;
  }
}
