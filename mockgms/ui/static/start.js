// The start page: where a widget finds this session.
'use strict';

const [base] = /^(\/s\/[^/]+)?/.exec(location.pathname);
const show = (id, text) => { document.getElementById(id).textContent = text; };

show('session', base ? decodeURIComponent(base.slice('/s/'.length)) : 'default');
show('data-url-v1', `${location.origin}${base}/genesys/1/service/callback/sales`);
show('data-url-v3', `${location.origin}${base}/engagement/v3/callbacks`);
fetch(`${base}/__admin/scenario`)
  .then((answer) => answer.json())
  .then((scenario) => show('scenario', scenario.name));
