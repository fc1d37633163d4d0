namespace Rekey;

/// <summary>From when to when a lease lives, on both clocks. Immutable: a renewal makes a new term.</summary>
public sealed class LeaseTerm
{
    private readonly Moment _due;

    internal LeaseTerm(Moment issued, Moment? expires, Moment? due, bool renewable = false)
    {
        Issued = issued;
        Expires = expires;
        IsRenewable = renewable;
        HasDue = due is not null || expires is not null;
        _due = due ?? expires ?? default;
    }

    /// <summary>Taken before the request went out, so that the answer's travel counts against us.</summary>
    public Moment Issued { get; }

    /// <summary>The hard end, if there is one.</summary>
    public Moment? Expires { get; }

    /// <summary>Whether the issuer extends it on request.</summary>
    public bool IsRenewable { get; }

    internal bool HasDue { get; }

    /// <summary>When the lease should be renewed or replaced.</summary>
    internal Moment Due => _due;

    /// <summary>How long it still lives; null when it has no end.</summary>
    public TimeSpan? Remaining(TimeProvider time) => Expires is { } end ? Moment.Now(time).Until(end, time) : null;

    /// <summary>How long it lives in all; null when it has no end.</summary>
    public TimeSpan? Life => Expires is { } end ? end.Wall - Issued.Wall : null;

    /// <summary>Whether the hard end has come on either clock.</summary>
    public bool IsExpired(TimeProvider time) => Expires is { } end && end.HasCome(time);

    /// <summary>The same term with an end no later than <paramref name="latest"/>.</summary>
    internal LeaseTerm EndingBy(Moment latest) =>
        Expires is { } end && end.Wall <= latest.Wall ? this : new LeaseTerm(Issued, latest, HasDue ? _due : null, IsRenewable);

    internal bool IsFresh(TimeProvider time) => !HasDue || !_due.HasCome(time);
}
