using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Saker.Ingest;

/// <summary>
/// Finds the secret values in one event by its structure: <c>data</c> and <c>stringData</c> of Secrets wherever a Secret stands (a body, a list, a
/// table row), patches of Secrets by what objectRef names, tokens of TokenRequest and TokenReview, tokens in the request's address.
/// </summary>
internal readonly struct SecretFinder(ReadOnlyMemory<byte> json, List<SecretMasker.Cut> cuts)
{
    private const int Deepest = 64;
    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    private enum Of
    {
        Nothing,
        Secret,
        TokenRequest,
        TokenReview,
    }

    public void Find()
    {
        var root = new JsonValue(json);
        var named = Named(root);
        foreach (var member in root.Members)
        {
            if (JsonName.Equal(member.Name, "requestURI"u8))
            {
                Address(member.Value);
            }
            else if (JsonName.Equal(member.Name, "requestObject"u8) || JsonName.Equal(member.Name, "responseObject"u8))
            {
                Body(member.Value, named, 0);
            }
        }

        // Not an audit event, or a Secret in a place of its own: a watch event, a list that kubectl printed.
        Body(root, Of.Nothing, 0);
    }

    /// <summary>What the request is about, by every objectRef: a patch's body does not say.</summary>
    private static Of Named(JsonValue root)
    {
        var named = Of.Nothing;
        foreach (var member in root.Members)
        {
            if (!JsonName.Equal(member.Name, "objectRef"u8))
            {
                continue;
            }

            foreach (var part in member.Value.Members)
            {
                var isResource = JsonName.Equal(part.Name, "resource"u8);
                named = isResource && part.Value.Is("secrets"u8) ? Of.Secret
                    : isResource && part.Value.Is("tokenreviews"u8) ? Of.TokenReview
                    : JsonName.Equal(part.Name, "subresource"u8) && part.Value.Is("token"u8) ? Of.TokenRequest
                    : named;
            }
        }

        return named;
    }

    private void Body(JsonValue body, Of named, int depth)
    {
        // A part that names no secret holds none: large bodies are stepped over, not walked.
        if (depth > Deepest || (named == Of.Nothing && !SecretHint.OfKindIn(body.Span)))
        {
            return;
        }

        if (body.IsArray)
        {
            foreach (var element in body.Elements)
            {
                if (named == Of.Secret && element["op"u8].Exists && element["path"u8].Exists)
                {
                    Patch(element, depth);
                }
                else
                {
                    Body(element, named, depth + 1);
                }
            }

            return;
        }

        var kind = Kind(body, named);
        foreach (var member in body.Members)
        {
            if (kind == Of.Secret && (JsonName.Equal(member.Name, "data"u8) || JsonName.Equal(member.Name, "stringData"u8)))
            {
                All(member.Value, 0);
            }
            else if (kind == Of.Secret && JsonName.Equal(member.Name, "metadata"u8))
            {
                Annotations(member.Value);
            }
            else if ((kind == Of.TokenRequest && JsonName.Equal(member.Name, "status"u8)) || (kind == Of.TokenReview && JsonName.Equal(member.Name, "spec"u8)))
            {
                Token(member.Value);
            }
            else if (member.Value.IsObject || member.Value.IsArray)
            {
                var listed = kind == Of.Secret
                    && (JsonName.Equal(member.Name, "items"u8) || JsonName.Equal(member.Name, "rows"u8) || JsonName.Equal(member.Name, "object"u8));
                Body(member.Value, listed ? Of.Secret : Of.Nothing, depth + 1);
            }
        }
    }

    /// <summary>What an object is: by any of its kinds, else by what the request names.</summary>
    private static Of Kind(JsonValue body, Of named)
    {
        foreach (var member in body.Members)
        {
            if (JsonName.Equal(member.Name, "kind"u8))
            {
                var found = member.Value.Is("Secret"u8) || member.Value.Is("SecretList"u8) ? Of.Secret
                    : member.Value.Is("TokenRequest"u8) ? Of.TokenRequest
                    : member.Value.Is("TokenReview"u8) ? Of.TokenReview
                    : Of.Nothing;
                if (found != Of.Nothing)
                {
                    return found;
                }
            }
        }

        return named;
    }

    /// <summary><c>{"op":"replace","path":"/data/password","value":"aHVudGVyMg=="}</c>; a value at the root is a whole Secret.</summary>
    private void Patch(JsonValue operation, int depth)
    {
        foreach (var member in operation.Members)
        {
            if (!JsonName.Equal(member.Name, "value"u8))
            {
                continue;
            }

            var isHidden = false;
            var isOuter = false;
            foreach (var other in operation.Members)
            {
                if (JsonName.Equal(other.Name, "path"u8))
                {
                    var path = other.Value.AsText();
                    isHidden |= path.StartsWith("/data", StringComparison.Ordinal) || path.StartsWith("/stringData", StringComparison.Ordinal)
                        || path.EndsWith("last-applied-configuration", StringComparison.Ordinal);
                    isOuter |= !path.TrimStart('/').Contains('/');
                }
            }

            if (isHidden)
            {
                All(member.Value, 0);
            }
            else if (isOuter)
            {
                Body(member.Value, Of.Secret, depth + 1);
                Annotations(member.Value);
            }
            else
            {
                LastAppliedOf(member.Value);
            }
        }
    }

    private void All(JsonValue value, int depth)
    {
        if (value.IsObject && depth <= Deepest)
        {
            foreach (var member in value.Members)
            {
                All(member.Value, depth + 1);
            }
        }
        else if (value.Exists && !value.IsNull)
        {
            Hide(value);
        }
    }

    private void Annotations(JsonValue metadata)
    {
        foreach (var member in metadata.Members)
        {
            if (JsonName.Equal(member.Name, "annotations"u8))
            {
                LastAppliedOf(member.Value);
            }
        }
    }

    private void LastAppliedOf(JsonValue annotations)
    {
        foreach (var annotation in annotations.Members)
        {
            if (JsonName.Equal(annotation.Name, System.Text.Encoding.ASCII.GetBytes(LastApplied)) && !annotation.Value.IsNull)
            {
                Hide(annotation.Value);
            }
        }
    }

    private void Token(JsonValue holder)
    {
        foreach (var member in holder.Members)
        {
            if (JsonName.Equal(member.Name, "token"u8) && !member.Value.IsNull)
            {
                Hide(member.Value);
            }
        }
    }

    /// <summary><c>/api/v1/pods?access_token=eyJ…\u0026limit=1</c>: the text from = to the next parameter.</summary>
    private void Address(JsonValue uri)
    {
        if (!uri.IsString)
        {
            return;
        }

        var start = Offset(uri) + 1;
        var text = uri.Content;
        for (var at = text.IndexOf("token="u8); at >= 0;)
        {
            var value = at + "token="u8.Length;
            var end = value;
            while (end < text.Length && text[end] is not ((byte)'&' or (byte)'#') && !text[end..].StartsWith("\\u0026"u8))
            {
                end++;
            }

            if (end > value && at > 0 && IsParameter(text[..at]))
            {
                cuts.Add(new SecretMasker.Cut(start + value, start + end, IsPiece: true));
            }

            var next = text[end..].IndexOf("token="u8);
            at = next < 0 ? -1 : end + next;
        }
    }

    private static bool IsParameter(ReadOnlySpan<byte> before) =>
        before[^1] is (byte)'?' or (byte)'&' or (byte)'_' || before.EndsWith("\\u0026"u8);

    private void Hide(JsonValue value)
    {
        var start = Offset(value);
        cuts.Add(new SecretMasker.Cut(start, start + value.Text.Length));
    }

    private int Offset(JsonValue value) =>
        (int)Unsafe.ByteOffset(ref MemoryMarshal.GetReference(json.Span), ref MemoryMarshal.GetReference(value.Span));
}
