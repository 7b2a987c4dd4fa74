
'use strict';
(() => {
  const words = {
    es: {title: 'Hable con el hotel', label: 'Su mensaje', send: 'Enviar', sending: 'Enviando…',
      failed: 'No enviado · toque para reintentar', offline: 'Sin conexión. Lo seguimos intentando.',
      you: 'Usted', hotel: 'Hotel'},
    en: {title: 'Talk to the hotel', label: 'Your message', send: 'Send', sending: 'Sending…',
      failed: 'Not sent · tap to retry', offline: 'No connection. We keep trying.', you: 'You', hotel: 'Hotel'},
    pt: {title: 'Fale com o hotel', label: 'A sua mensagem', send: 'Enviar', sending: 'A enviar…',
      failed: 'Não enviada · toque para tentar de novo', offline: 'Sem ligação. Continuamos a tentar.',
      you: 'Você', hotel: 'Hotel'},
  };
  const lang = (navigator.languages || [navigator.language]).map((l) => l.slice(0, 2).toLowerCase())
      .find((l) => l in words) || 'en';
  const say = words[lang];
  const $ = (id) => document.getElementById(id);
  const talk = $('talk'), text = $('text'), status = $('status');
  const url = location.pathname.replace(/\/+$/, '') + '/messages';

  document.documentElement.lang = lang;
  document.title = $('title').textContent = say.title;
  $('label').textContent = text.placeholder = say.label;
  $('send').textContent = say.send;

  // ---- the talk: every message once, the hotel's and ours
  const shown = new Set();   // numbers
  const ours = new Map();    // id -> list item that is not confirmed yet
  let last = 0;

  function add(from, words_) {
    const item = document.createElement('li');
    const line = document.createElement('p');
    item.className = from;
    item.setAttribute('aria-label', from === 'guest' ? say.you : say.hotel);
    line.textContent = words_;
    item.append(line);
    talk.append(item);
    talk.scrollTop = talk.scrollHeight;
    return item;
  }

  function mark(item, note) {
    while (item.children.length > 1) item.lastChild.remove();
    if (note) item.append(note);
  }

  function stored(id, n) {
    shown.add(n);
    const item = ours.get(id);
    if (item) mark(item, null);
    ours.delete(id);
  }

  function show(message) {
    last = Math.max(last, message.n);
    if (shown.has(message.n)) return;
    if (message.from === 'guest' && ours.has(message.id)) return stored(message.id, message.n);
    shown.add(message.n);
    const item = add(message.from === 'guest' ? 'guest' : 'hotel', message.text);
    item.title = new Date(message.at).toLocaleString(lang);
    if (message.from === 'hotel') eagerUntil = Math.min(eagerUntil, Date.now() + 5000);
  }

  // ---- hearing: each second while a reply is awaited, then ever more seldom, never while nobody looks
  let timer = 0, pause = 1000, eagerUntil = 0, asking = false;

  function again() {
    clearTimeout(timer);
    if (document.hidden) return;
    pause = Date.now() < eagerUntil ? 1000 : Math.min(pause * 1.3, 5000);
    timer = setTimeout(hear, pause);
  }

  async function hear() {
    if (asking) return;
    asking = true;
    try {
      // A little back: messages that were being stored at the same moment may have come in another order.
      const answer = await fetch(url + '?after=' + Math.max(0, last - 20), {cache: 'no-store'});
      if (!answer.ok) throw new Error(String(answer.status));
      (await answer.json()).messages.forEach(show);
      status.textContent = '';
    } catch {
      status.textContent = say.offline;
    } finally {
      asking = false;
      again();
    }
  }

  // ---- saying: one at a time, in order; the id stays the same, so that trying again never says it twice
  const queue = [];
  let busy = false;
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));

  function newId() {
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('');
  }

  async function post(message, attempt) {
    const answer = await fetch(url, {method: 'POST', headers: {'Content-Type': 'application/json'},
      body: JSON.stringify({id: message.id, text: message.text})});
    if (answer.status === 429 && attempt < 3) {
      await wait(1000 * (Number(answer.headers.get('Retry-After')) || 3));
      return post(message, attempt + 1);
    }
    if (!answer.ok) throw new Error(String(answer.status));
    stored(message.id, (await answer.json()).n);
  }

  async function work() {
    if (busy) return;
    busy = true;
    for (let message = queue.shift(); message; message = queue.shift()) {
      try {
        await post(message, 1);
        eagerUntil = Date.now() + 60000;
        pause = 1000;
        again();
      } catch {
        fail(message);
      }
    }
    busy = false;
  }

  function enqueue(message) {
    const note = document.createElement('small');
    note.textContent = say.sending;
    mark(message.item, note);
    queue.push(message);
    work();
  }

  function fail(message) {
    if (!ours.has(message.id)) return;  // the answer was lost, but the message was heard of
    const retry = document.createElement('button');
    retry.type = 'button';
    retry.textContent = say.failed;
    retry.addEventListener('click', () => enqueue(message), {once: true});
    mark(message.item, retry);
  }

  function submit() {
    const written = text.value.trim();
    if (!written) return;
    const message = {id: newId(), text: written, item: add('guest', written)};
    ours.set(message.id, message.item);
    text.value = '';
    grow();
    text.focus();
    enqueue(message);
  }

  function grow() {
    text.style.height = 'auto';
    text.style.height = text.scrollHeight + 2 + 'px';
  }

  $('form').addEventListener('submit', (event) => { event.preventDefault(); submit(); });
  text.addEventListener('input', grow);
  text.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  });
  document.addEventListener('visibilitychange', () => {
    clearTimeout(timer);
    if (!document.hidden) { pause = 1000; hear(); }
  });
  hear();
})();
