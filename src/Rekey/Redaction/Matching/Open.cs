namespace Rekey.Redaction.Matching;

/// <summary>What a stream has to remember of its end; the length of the text where there is nothing.</summary>
/// <param name="Place">From where on a value may stand: whoever asks again begins there.</param>
/// <param name="Hold">From where on it has to wait: there or later.</param>
/// <param name="Half">Where an escape begins that is not complete. It may become anything.</param>
internal readonly record struct Open(int Place, int Hold, int Half)
{
    public Open And(Open other) => new(Math.Min(Place, other.Place), Math.Min(Hold, other.Hold), Math.Min(Half, other.Half));
}
