using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Rekey.Mcp.Results;

/// <summary>Values of an engine as JSON: numbers only where every reader keeps them exactly, times in ISO 8601.</summary>
internal static class ValueJson
{
    private const long LargestExact = (1L << 53) - 1;
    private const ulong FifteenDigits = 1_000_000_000_000_000;

    public static void Write(Utf8JsonWriter json, object? value, TextLimit limit)
    {
        switch (value)
        {
            case null or DBNull: json.WriteNullValue(); break;
            case bool flag: json.WriteBooleanValue(flag); break;
            case byte or sbyte or short or ushort or int or uint or long: WriteInteger(json, ((IConvertible)value).ToInt64(CultureInfo.InvariantCulture)); break;
            case float number: WriteReal(json, number, float.IsFinite(number)); break;
            case double number: WriteReal(json, number, double.IsFinite(number)); break;
            case decimal number: WriteDecimal(json, number); break;
            case byte[] bytes: json.WriteStringValue(limit.CutBytes(bytes)); break;
            case Array items: WriteArray(json, items, limit); break;
            case BitArray bits: json.WriteStringValue(limit.Cut(string.Concat(bits.Cast<bool>().Select(static b => b ? '1' : '0')))); break;
            case IDictionary map: WriteMap(json, map, limit); break;
            default: json.WriteStringValue(limit.Cut(TextOf(value))); break;
        }
    }

    private static string TextOf(object value) => value switch
    {
        DateTime at => at.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture),
        DateTimeOffset at => at.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture),
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        TimeOnly time => time.ToString("HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture),
        TimeSpan span => span.ToString("c", CultureInfo.InvariantCulture),
        BigInteger number => number.ToString(CultureInfo.InvariantCulture),
        IFormattable other => other.ToString(format: null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? string.Empty,
    };

    private static void WriteInteger(Utf8JsonWriter json, long number)
    {
        if (number is >= -LargestExact and <= LargestExact)
            json.WriteNumberValue(number);
        else
            json.WriteStringValue(number.ToString(CultureInfo.InvariantCulture));
    }

    private static void WriteReal<T>(Utf8JsonWriter json, T number, bool isFinite)
        where T : IFloatingPoint<T>
    {
        var text = number.ToString(format: null, CultureInfo.InvariantCulture);
        if (isFinite)
            json.WriteRawValue(text, skipInputValidation: true);
        else
            json.WriteStringValue(text);
    }

    private static void WriteDecimal(Utf8JsonWriter json, decimal number)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(number / 1.0000000000000000000000000000m, bits); // the division drops zeros at the end
        var digits = ((ulong)(uint)bits[1] << 32) | (uint)bits[0];
        if (bits[2] == 0 && digits < FifteenDigits)
            json.WriteNumberValue(number);
        else
            json.WriteStringValue(number.ToString(CultureInfo.InvariantCulture));
    }

    private static void WriteArray(Utf8JsonWriter json, Array items, TextLimit limit) => WriteDimension(json, items, new int[items.Rank], 0, limit);

    private static void WriteDimension(Utf8JsonWriter json, Array items, int[] at, int dimension, TextLimit limit)
    {
        json.WriteStartArray();
        var first = items.GetLowerBound(dimension);
        var last = Math.Min(items.GetUpperBound(dimension), first + TextLimit.Elements - 1);
        for (at[dimension] = first; at[dimension] <= last; at[dimension]++)
        {
            if (dimension == items.Rank - 1)
                Write(json, items.GetValue(at), limit);
            else
                WriteDimension(json, items, at, dimension + 1, limit);
        }
        if (last < items.GetUpperBound(dimension))
            json.WriteStringValue($"… [cut at {TextLimit.Elements} elements]");
        json.WriteEndArray();
    }

    private static void WriteMap(Utf8JsonWriter json, IDictionary map, TextLimit limit)
    {
        json.WriteStartObject();
        foreach (DictionaryEntry entry in map)
        {
            json.WritePropertyName(limit.Cut(TextOf(entry.Key)));
            Write(json, entry.Value, limit);
        }
        json.WriteEndObject();
    }
}
