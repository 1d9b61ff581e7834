import "../../styles/exportGuide.css";
import { marked, type Token, type Tokens } from "marked";
import { Fragment, useMemo, type ReactNode } from "react";
import { commandsOf } from "../../trace/export/commandsOf.ts";
import { CopyButton } from "./CopyButton.tsx";

/**
 * A guide as its Markdown means it. Built from tokens: HTML in it, such as comments, is left out, and
 * nothing of the text ever becomes markup.
 */
export function Guide({ text }: { readonly text: string }) {
  const tokens = useMemo(() => marked.lexer(text), [text]);
  return <article className="export-guide">{blocks(tokens)}</article>;
}

const blocks = (tokens: readonly Token[]): ReactNode =>
  tokens.map((token, index) => <Fragment key={index}>{block(token as Tokens.Generic)}</Fragment>);

/** The page has two levels of headings above. */
const headings = ["h4", "h5", "h6"] as const;

function block(token: Tokens.Generic): ReactNode {
  switch (token.type) {
    case "heading": {
      const Heading = headings[token["depth"] - 1] ?? "h6";
      return <Heading>{inline(token.tokens)}</Heading>;
    }
    case "paragraph":
      return <p>{inline(token.tokens)}</p>;
    case "code":
      return <Code text={token["text"]} lang={token["lang"]} />;
    case "list":
      return <List list={token as Tokens.List} />;
    case "table":
      return <Table table={token as Tokens.Table} />;
    case "blockquote":
      return <blockquote>{blocks(token.tokens ?? [])}</blockquote>;
    case "hr":
      return <hr />;
    case "space":
    case "html":
    case "def":
      return null;
    default:
      return token.tokens ? inline(token.tokens) : token.raw;
  }
}

function inline(tokens: readonly Token[] = []): ReactNode {
  return tokens.map((token, index) => <Fragment key={index}>{piece(token)}</Fragment>);
}

function piece(token: Token): ReactNode {
  const { type, tokens, text, href, raw } = token as Tokens.Generic;
  switch (type) {
    case "codespan":
      return <code>{text}</code>;
    case "strong":
      return <strong>{inline(tokens)}</strong>;
    case "em":
      return <em>{inline(tokens)}</em>;
    case "link":
      // Others lead to files of the repository, which are not here.
      if (!/^https?:/.test(href)) return inline(tokens);
      return (
        <a href={href} target="_blank" rel="noreferrer">
          {inline(tokens)}
        </a>
      );
    case "br":
      return <br />;
    case "html":
      return null;
    case "text":
    case "escape":
      return tokens ? inline(tokens) : text;
    default:
      return raw;
  }
}

/** What is typed can be copied without the prompt and without what is printed. */
function Code({ text, lang }: { readonly text: string; readonly lang: string | undefined }) {
  const commands = lang === "console" ? commandsOf(text) : text;
  return (
    <div className="export-code">
      <pre className="preformatted" tabIndex={0} aria-label={lang ? `Code, ${lang}` : "Code"}>
        {text}
      </pre>
      {commands !== "" && <CopyButton text={commands} what={commands.slice(0, 60)} isCurrent />}
    </div>
  );
}

function List({ list }: { readonly list: Tokens.List }) {
  const items = list.items.map((item, index) => <li key={index}>{blocks(item.tokens)}</li>);
  return list.ordered ? <ol start={Number(list.start) || 1}>{items}</ol> : <ul>{items}</ul>;
}

function Table({ table }: { readonly table: Tokens.Table }) {
  return (
    <div className="export-table" tabIndex={0} role="group" aria-label="Table">
      <table>
        <thead>
          <tr>
            {table.header.map((cell, index) => {
              // The corner of a table whose rows have a name is no heading.
              if (cell.text === "") return <td key={index} />;
              return (
                <th key={index} scope="col">
                  {inline(cell.tokens)}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={column}>{inline(cell.tokens)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
