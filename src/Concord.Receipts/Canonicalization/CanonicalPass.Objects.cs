namespace Concord.Receipts.Canonicalization;

/// <content>Objects: members are remembered as they are read and put in order only where they are out of it.</content>
internal ref partial struct CanonicalPass
{
    const int FirstMembers = 64;

    int Object(int at, int level)
    {
        at = SkipWhitespace(at + 1);
        if (ByteAt(at) == '}')
            return at + 1;

        int first = _memberCount;
        bool inOrder = true;
        while (true)
        {
            int outputStart = OutputLength(at);
            at = SkipWhitespace(Name(at, first, ref inOrder));
            if (ByteAt(at) != ':')
                return FailIn(first, inOrder, at);

            int self = _memberCount - 1;
            at = Value(SkipWhitespace(at + 1), level + 1);
            _members[self].Output = (outputStart, OutputLength(at) - outputStart);

            at = SkipWhitespace(at);
            switch (ByteAt(at))
            {
                case (byte)',':
                    at = SkipWhitespace(at + 1);
                    break;
                case (byte)'}':
                    if (!inOrder && Reorder(first, at) == Failed)
                        return Failed;
                    _memberCount = first;
                    return at + 1;
                default:
                    return FailIn(first, inOrder, at);
            }
        }
    }

    // What is at fault first in the text is told. A name that is out of order is compared with one other, so that it came twice
    // shows at the end of the object, and here, where the object has none.
    int FailIn(int first, bool inOrder, int at)
    {
        Fail(JsonFault.Syntax, at);
        if (!inOrder && !_stopAtFirstChange)
        {
            Span<Member> members = SortFrom(first);
            for (int i = 1; i < members.Length; i++)
            {
                long second = Math.Max(members[i - 1].Offset, members[i].Offset);
                if (second < Error.Offset && Compare(members[i - 1], members[i]) == 0)
                    Error = new JsonError(JsonFault.DuplicateName, second);
            }
        }

        _memberCount = first;
        return Failed;
    }

    // Puts the members from `first` on in the order of their names.
    Span<Member> SortFrom(int first)
    {
        int count = _memberCount - first;
        if (_members.Length < _memberCount + (long)count)
            Grow(ref _members, 2L * _memberCount, _memberCount);
        Span<Member> members = _members.AsSpan(first, count);
        Sort(members, _members.AsSpan(_memberCount, count));
        return members;
    }

    int Name(int at, int first, ref bool inOrder)
    {
        if (ByteAt(at) != '"')
            return Fail(JsonFault.Syntax, at);

        int end = String(at, out bool escaped);
        if (end == Failed)
            return Failed;

        Remember(at, end, escaped);
        if (!inOrder || _memberCount - first == 1)
            return end;

        int order = Compare(_members[_memberCount - 2], _members[_memberCount - 1]);
        if (order == 0)
            return Fail(JsonFault.DuplicateName, at);

        inOrder = order < 0;
        return inOrder ? end : Change(end);
    }

    // Pushes the member whose name lies, in its quotes, between two offsets.
    void Remember(int at, int end, bool escaped)
    {
        if (_memberCount == _members.Length)
            Grow(ref _members, Math.Max(FirstMembers, 2L * _memberCount), _memberCount);

        ref Member member = ref _members[_memberCount++];
        member.Offset = at;
        member.IsUnescaped = escaped;
        (member.NameStart, member.NameLength) = escaped ? Unescape(at + 1, end - 1) : (at + 1, end - at - 2);
        member.Key = NameOrder.Key(NameSource(member), member.NameStart, member.NameLength);
    }

    // Rewrites the members of the object that ends at `end` in the order of their names, behind the output and then back.
    int Reorder(int first, int end)
    {
        int start = _members[first].Output.Start;
        Replace(end, end, []);
        int length = _written - start;
        Reserve((long)_written + length + (_input.Length - end));

        Span<Member> members = SortFrom(first);
        Span<byte> sorted = _output.AsSpan(_written, length);
        int position = 0;
        for (int i = 0; i < members.Length; i++)
        {
            if (i > 0)
            {
                if (Compare(members[i - 1], members[i]) == 0)
                    return Fail(JsonFault.DuplicateName, Math.Max(members[i - 1].Offset, members[i].Offset));
                sorted[position++] = (byte)',';
            }

            (int memberStart, int memberLength) = members[i].Output;
            _output.AsSpan(memberStart, memberLength).CopyTo(sorted[position..]);
            position += memberLength;
        }

        sorted.CopyTo(_output.AsSpan(start));
        return end;
    }

    // How long the output would be if the run were moved up to here.
    readonly int OutputLength(int at) => _written + at - _runStart;

    readonly ReadOnlySpan<byte> NameSource(in Member member) => member.IsUnescaped ? _unescapedNames : _input;

    readonly int Compare(in Member a, in Member b) =>
        a.Key != b.Key
            ? a.Key < b.Key ? -1 : 1
            : NameOrder.Compare(NameSource(a).Slice(a.NameStart, a.NameLength), NameSource(b).Slice(b.NameStart, b.NameLength));

    struct Member
    {
        /// <summary>The start of the name as a number, which settles most comparisons.</summary>
        public ulong Key;

        /// <summary>Where the name lies, without quotes: among the unescaped names if it had escapes, else in the input.</summary>
        public int NameStart;
        public int NameLength;
        public bool IsUnescaped;

        /// <summary>The offset of the name's opening quote in the input.</summary>
        public int Offset;

        /// <summary>Where the member, name and value, lies in the output.</summary>
        public (int Start, int Length) Output;
    }
}
