using System.Buffers.Binary;

namespace Rekey.Redaction;

/// <summary>
/// Finds every registered form in a text by looking at each fourth byte only. A form is at least eight bytes long, so each of
/// its occurrences covers a sampled run of five; such a run that no form has costs one bit test.
/// Grows under its owner's lock while others read: a place is complete before it can be seen, and nothing is ever taken out.
/// </summary>
internal sealed class FormIndex
{
    public const int ShortestForm = 8;

    private const int Stride = 4;
    private const int RunLength = ShortestForm - Stride + 1;
    private const ulong RunMask = (1UL << (8 * RunLength)) - 1;
    private const int FilterBitsPerPlaceLog2 = 6;
    private const int CrowdedAt = 8;

    private readonly int _shift;
    private readonly byte[] _filter;
    private readonly Place?[] _places;
    private readonly List<byte[]> _forms;
    private int _count;

    public FormIndex()
        : this(capacityLog2: 6, [])
    {
    }

    private FormIndex(int capacityLog2, List<byte[]> forms)
    {
        _shift = 64 - capacityLog2 - FilterBitsPerPlaceLog2;
        _filter = new byte[1 << (capacityLog2 + FilterBitsPerPlaceLog2 - 3)];
        _places = new Place?[1 << capacityLog2];
        _forms = forms;
        foreach (var form in forms)
            Insert(form);
    }

    /// <summary>The index with one more form: this one while it has room, else one of twice the size.</summary>
    public FormIndex Add(byte[] form)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(form.Length, ShortestForm);
        _forms.Add(form);
        if (_count + Stride > _places.Length)
            return new FormIndex(64 - _shift - FilterBitsPerPlaceLog2 + 1, _forms);
        Insert(form);
        return this;
    }

    public void Find(ref Findings findings)
    {
        var text = findings.Text;
        var filter = _filter;
        var at = 0;
        for (; at <= text.Length - sizeof(ulong); at += Stride)
        {
            var run = BinaryPrimitives.ReadUInt64LittleEndian(text[at..]) & RunMask;
            var hash = Hash(run);
            if ((filter[hash >> 3] & (1 << (hash & 7))) != 0)
                Compare(run, at, hash, ref findings);
        }
        if (at <= text.Length - RunLength)
            Compare(RunAt(text, at), at, Hash(RunAt(text, at)), ref findings);
    }

    private void Compare(ulong run, int at, int hash, ref Findings findings)
    {
        for (var place = _places[hash >> FilterBitsPerPlaceLog2]; place is not null; place = place.Next)
        {
            if (place.Run == run)
                findings.Compare(place.Form, at - place.Offset);
        }
    }

    private void Insert(byte[] form)
    {
        var window = LeastCrowdedWindow(form);
        for (var offset = window; offset < window + Stride; offset++)
        {
            var run = RunAt(form, offset);
            var hash = Hash(run);
            ref var head = ref _places[hash >> FilterBitsPerPlaceLog2];
            Volatile.Write(ref head, new Place(run, form, offset, head));
            Volatile.Write(ref _filter[hash >> 3], (byte)(_filter[hash >> 3] | (1 << (hash & 7))));
            _count++;
        }
    }

    /// <summary>Secrets share their beginnings (<c>ghp_</c>, a token's header): the part to look for is one that others do not have.</summary>
    private int LeastCrowdedWindow(byte[] form)
    {
        var last = form.Length - ShortestForm;
        var best = 0;
        var least = int.MaxValue;
        for (var eighth = 8; eighth >= 0 && least > 0; eighth--)
        {
            var window = (int)((long)last * eighth / 8);
            var crowd = Crowd(form, window);
            if (crowd < least)
                (least, best) = (crowd, window);
        }
        return best;
    }

    private int Crowd(byte[] form, int window)
    {
        var crowd = 0;
        for (var offset = window; offset < window + Stride; offset++)
        {
            var run = RunAt(form, offset);
            var place = _places[Hash(run) >> FilterBitsPerPlaceLog2];
            for (var seen = 0; place is not null && seen < CrowdedAt; place = place.Next, seen++)
                crowd += place.Run == run ? 1 : 0;
        }
        return crowd;
    }

    private static ulong RunAt(ReadOnlySpan<byte> text, int at) =>
        BinaryPrimitives.ReadUInt32LittleEndian(text[at..]) | ((ulong)text[at + RunLength - 1] << 32);

    private int Hash(ulong run) => (int)((run * 0x9E3779B97F4A7C15UL) >> _shift);

    /// <summary>A run of bytes, the form that has it and where.</summary>
    private sealed class Place(ulong run, byte[] form, int offset, Place? next)
    {
        public readonly ulong Run = run;
        public readonly byte[] Form = form;
        public readonly int Offset = offset;
        public readonly Place? Next = next;
    }
}
