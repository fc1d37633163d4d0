namespace Rekey.Redaction.Matching;

/// <summary>A piece that gives a value away: what stands there in the text, and where in which writing of the value that is.</summary>
/// <param name="Value">The value.</param>
/// <param name="Kind">Which of its writings.</param>
/// <param name="Offset">Where in that writing the piece begins.</param>
internal readonly record struct Anchor(KnownValue Value, int Kind, int Offset);
