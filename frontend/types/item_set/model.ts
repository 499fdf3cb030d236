import { closedBody, emptyBody } from "../../bank/editor/model";
import type { TypeModel } from "../../bank/editor/type_model";

export const model: TypeModel = {
  begin: (body) => {
    body.parts = [emptyBody("single")];
  },
  close: (body, content, key, translations) => {
    content.parts = [];
    key.parts = {};
    body.parts.forEach((part, place) => {
      const id = String(place + 1);
      const inner = closedBody(part);
      content.parts.push({ id, type: part.type, mark_share: part.share.trim(), ...inner.content });
      key.parts[id] = inner.key;
      for (const [language, texts] of Object.entries(inner.translations)) {
        translations[language] = {
          ...translations[language],
          parts: [...(translations[language]?.parts ?? []), { id, ...texts }],
        };
      }
    });
  },
  hasParts: true,
};
