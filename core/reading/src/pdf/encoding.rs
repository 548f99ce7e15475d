//! What the letters of simple fonts mean where no table says it. Source: ISO 32000-1:2008,
//! annex D; names of glyphs as in Adobe's list of them.

/// The tables that fonts name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Base {
    Standard,
    WinAnsi,
    MacRoman,
    ZapfDingbats,
    Wingdings,
}

/// The characters of the bytes 128 to 255 (Unicode's table `CP1252.TXT`).
const WIN_ANSI: &str = "€\u{2022}‚ƒ„…†‡ˆ‰Š‹Œ\u{2022}Ž\u{2022}\u{2022}‘’“”•–—˜™š›œ\u{2022}žŸ ¡¢£¤¥¦§¨©ª«¬-®¯°±²³´µ¶·¸¹º»¼½¾¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ";

/// The characters of the bytes 128 to 255 (Unicode's table `ROMAN.TXT`).
const MAC_ROMAN: &str = "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø¿¡¬√ƒ≈∆«»… ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄€‹›ﬁﬂ‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\u{F8FF}ÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ";

/// The character of a byte.
pub(super) fn character(base: Base, byte: u8) -> Option<char> {
    match base {
        Base::ZapfDingbats => dingbat(byte),
        Base::Wingdings => wingding(byte),
        Base::Standard => standard(byte),
        Base::WinAnsi | Base::MacRoman if byte < 32 => None,
        Base::WinAnsi | Base::MacRoman if byte < 128 => Some(char::from(byte)),
        Base::WinAnsi => WIN_ANSI.chars().nth(usize::from(byte) - 128),
        Base::MacRoman => MAC_ROMAN.chars().nth(usize::from(byte) - 128),
    }
}

fn standard(byte: u8) -> Option<char> {
    Some(match byte {
        39 => '’',
        96 => '‘',
        32..=126 => char::from(byte),
        161 => '¡',
        167 => '§',
        168 => '¤',
        169 => '\'',
        170 => '“',
        174 => 'ﬁ',
        175 => 'ﬂ',
        177 => '–',
        183 => '•',
        186 => '”',
        188 => '…',
        208 => '—',
        251 => 'ß',
        _ => return None,
    })
}

/// Marks of forms alone.
const fn dingbat(byte: u8) -> Option<char> {
    Some(match byte {
        b' ' => ' ',
        b'3' => '✓',
        b'4' => '✔',
        b'5'..=b'8' => '✘',
        b'n' => '■',
        b'o'..=b'r' => '□',
        b'l' => '●',
        b'm' => '○',
        _ => return None,
    })
}

const fn wingding(byte: u8) -> Option<char> {
    Some(match byte {
        b' ' => ' ',
        0x6E => '■',
        0x6F | 0x71 | 0x72 | 0xA8 => '□',
        0xFB => '✘',
        0xFC => '✓',
        0xFD => '☒',
        0xFE => '☑',
        _ => return None,
    })
}

/// Names of glyphs that are not the letter itself.
const GLYPHS: &str = "space=  exclam=! quotedbl=\" numbersign=# dollar=$ percent=% ampersand=& \
    quotesingle=' quoteright=’ quoteleft=‘ parenleft=( parenright=) asterisk=* plus=+ comma=, \
    hyphen=- minus=- period=. slash=/ zero=0 one=1 two=2 three=3 four=4 five=5 six=6 seven=7 \
    eight=8 nine=9 colon=: semicolon=; less=< equal== greater=> question=? at=@ bracketleft=[ \
    backslash=\\ bracketright=] asciicircum=^ underscore=_ grave=` braceleft={ bar=| \
    braceright=} asciitilde=~ quotedblleft=“ quotedblright=” quotesinglbase=‚ quotedblbase=„ \
    endash=– emdash=— bullet=• ellipsis=… fi=ﬁ fl=ﬂ ff=ﬀ ffi=ﬃ ffl=ﬄ germandbls=ß degree=° \
    section=§ copyright=© registered=® trademark=™ mu=µ periodcentered=· multiply=× \
    Adieresis=Ä Odieresis=Ö Udieresis=Ü adieresis=ä odieresis=ö udieresis=ü \
    Aacute=Á Eacute=É Iacute=Í Oacute=Ó Uacute=Ú aacute=á eacute=é iacute=í oacute=ó uacute=ú \
    Agrave=À Egrave=È agrave=à egrave=è igrave=ì ograve=ò ugrave=ù Acircumflex=Â \
    Ecircumflex=Ê acircumflex=â ecircumflex=ê icircumflex=î ocircumflex=ô ucircumflex=û \
    Ccedilla=Ç ccedilla=ç Ntilde=Ñ ntilde=ñ Atilde=Ã atilde=ã Otilde=Õ otilde=õ Aring=Å \
    aring=å AE=Æ ae=æ Oslash=Ø oslash=ø eth=ð thorn=þ onesuperior=¹ twosuperior=² \
    threesuperior=³ a20=✔ a19=✓ a73=■ nbspace=\u{A0} sfthyphen=-";

/// The character that the name of a glyph means.
pub(super) fn of_glyph(name: &[u8]) -> Option<char> {
    let name = std::str::from_utf8(name).ok()?;
    let name = name.split('.').next().filter(|it| !it.is_empty())?;
    if name == "space" {
        return Some(' ');
    }
    let mut letters = name.chars();
    if let (Some(letter), None) = (letters.next(), letters.next()) {
        return Some(letter);
    }
    let code = |digits: &str| {
        let is_hex = (4..=6).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        u32::from_str_radix(digits, 16).ok().filter(|_| is_hex).and_then(char::from_u32)
    };
    if let Some(letter) = name.strip_prefix("uni").and_then(|it| code(it.get(..4)?)) {
        return Some(letter);
    }
    if let Some(letter) = name.strip_prefix('u').and_then(code) {
        return Some(letter);
    }
    let mut pairs = GLYPHS.split(' ').filter_map(|pair| pair.split_once('='));
    pairs.find(|(known, _)| *known == name).and_then(|(_, text)| text.chars().next())
}

/// Widths of Helvetica's letters from the blank on, in thousandths, for documents that name
/// a standard font and give none.
const HELVETICA: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667,
    667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722,
    667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500,
    556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278,
    556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/// The usual width of a character, in thousandths.
pub(super) fn usual_width(text: &str) -> f64 {
    let width = |c: char| {
        let at = (c as usize).checked_sub(32)?;
        HELVETICA.get(at).copied()
    };
    text.chars().map(|c| f64::from(width(c).unwrap_or(556))).sum()
}

/// The text of a string outside of pages: UTF-16 or UTF-8 with its mark, else one byte a
/// letter.
pub(super) fn text_string(bytes: &[u8]) -> String {
    match bytes {
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        bytes => {
            let letter = |byte: &u8| match byte {
                b'\n' | b'\r' | b'\t' => Some(' '),
                byte => character(Base::WinAnsi, *byte),
            };
            bytes.iter().filter_map(letter).collect()
        }
    }
}

pub(super) fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    char::decode_utf16(pairs.iter().map(|pair| unit(*pair)))
        .map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}
