using System.Collections;
using System.Globalization;

namespace Rekey.Redaction;

/// <summary>Makes plain, redacted values out of whatever is logged. It fails closed: what cannot be read or redacted is replaced by a constant.</summary>
internal sealed class LogRedaction(SecretRedactor redactor)
{
    private const int MostInnerExceptions = 8;

    public string Text(string text) => Text(() => text);

    public string Text(Func<string> text)
    {
        try
        {
            return redactor.Redact(text());
        }
#pragma warning disable CA1031 // Whatever went wrong, the text does not leave.
        catch (Exception)
#pragma warning restore CA1031
        {
            var error = RedactionErrors.Failed();
            return $"[{error.Code}] {error.Message}";
        }
    }

    public LogState State(object? state) => State(state, Text(() => TextOf(state)));

    public LogState State(object? state, string message) => new(message, Values(state));

    /// <summary>An exception carries more than its text (data, properties, inner ones): only type name, message and stack go on.</summary>
    public RedactedException? Exception(Exception? exception, int depth = 0)
    {
        if (exception is null or RedactedException || depth == MostInnerExceptions)
            return exception as RedactedException;
        return new RedactedException(
            Text(() => exception.GetType().ToString()),
            Text(() => exception.Message),
            Text(() => exception.StackTrace ?? ""),
            Text(exception.ToString),
            Exception(exception.InnerException, depth + 1));
    }

    private IReadOnlyList<KeyValuePair<string, object?>> Values(object? state)
    {
        try
        {
            return state is IEnumerable<KeyValuePair<string, object?>> pairs
                ? [.. pairs.Select(pair => KeyValuePair.Create(Text(pair.Key), Value(pair.Value)))]
                : [];
        }
#pragma warning disable CA1031 // The message is there still.
        catch (Exception)
#pragma warning restore CA1031
        {
            return [];
        }
    }

    /// <summary>Numbers and dates stay what they are when they are clean; any other object becomes its text.</summary>
    private object? Value(object? value)
    {
        if (value is null)
            return null;
        var text = TextOf(value);
        var redacted = Text(text);
        return ReferenceEquals(text, redacted) && IsPlain(value) ? value : redacted;
    }

    private static bool IsPlain(object value) =>
        value.GetType().IsPrimitive || value is decimal or DateTime or DateTimeOffset or TimeSpan;

    private static string TextOf(object? value) => value switch
    {
        string text => text,
        IEnumerable<KeyValuePair<string, object?>> => value.ToString() ?? "",
        IEnumerable many => string.Join(", ", many.Cast<object?>().Select(TextOf)),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
