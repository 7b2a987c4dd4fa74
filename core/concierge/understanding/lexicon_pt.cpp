#include "concierge/understanding/patterns.hpp"

namespace agente::concierge {

// NOLINTNEXTLINE(readability-function-size): a table of words, not logic
std::span<const IntentRow> portuguese_intents() {
  using enum Intent;
  static constexpr IntentRow kRows[] = {
      {greet, 1.0, "^ ola|^ oi|^ oie|^ bom dia|^ boa tarde|^ boa noite|^ tudo bem|^ e ai|^ opa|^ alo"},
      {greet, 0.4, "bom dia|boa tarde|tudo bem|tudo bom"},
      {thanks, 1.4,
       "obrigado|obrigada|obrigadao|brigado|brigada|valeu|agradeco|agradecid*|muito gentil|vlw|grato|grata"},
      {goodbye, 2.2,
       "tchau|adeus|ate logo|ate mais|ate breve|ate amanha|ate a proxima|nos vemos|a gente se fala|abraco $|abracos "
       "$|fui $|xau"},
      {confirm, 2.0,
       "^ sim $|^ ok $|^ claro $|^ pode ser $|^ isso $|^ isso mesmo $|^ beleza $|^ certo $|^ perfeito $|^ confirmo $|^ "
       "confirmado $|^ combinado $|^ fechado $|^ com certeza $|^ exato $|^ bora $|^ blz $|^ otimo $|^ esta bem $|^ ta "
       "bom $|^ ta $|^ pode $|^ s $|👍|^ ✅|^ 👌"},
      {confirm, 1.6, "^ sim|^ ok|^ claro|^ isso|^ perfeito|^ beleza|^ certo|^ pode|^ ta bom|^ com certeza|^ otimo"},
      {confirm, 1.8,
       "confirmar ... reserva|quero confirmar|pode ser|pode confirmar|confirmo|confirmado|confirma $|pode "
       "reservar|pode fechar|fechado|combinado|esta "
       "certo|ta certo|tudo certo|esta otimo|ta otimo|de acordo|concordo|por mim tudo|vamos fechar|quero sim|esta "
       "correto|pode sim"},
      {deny, 2.0,
       "^ nao $|^ nao nao|^ nao obrigado|^ nao obrigada|^ nada $|^ de jeito nenhum|^ agora nao|^ por enquanto nao|^ "
       "negativo|^ nem pensar|^ nem $|^ n $|👎|^ nao quero"},
      {deny, 1.2,
       "^ nao|nao quero|nao gostei|nao gosto|nao me interessa|nao serve|melhor nao|prefiro nao|esta errado|ta "
       "errado|nao e isso|isso nao|nao precisa|nao concordo"},
      {cancel_reservation, 3.2,
       "cancel* ... reserva/reservas/estadia/quarto/hospedagem/viagem|desmarcar ... reserva|anular ... reserva|cancela "
       "tudo|cancelar tudo"},
      {cancel_reservation, 2.4,
       "cancelar $|cancela $|cancele|cancela pra|quero cancelar|preciso cancelar|gostaria de cancelar|tenho que "
       "cancelar|cancela ai|cancela por favor|cancelem"},
      {cancel_reservation, 2.6,
       "nao vou mais|nao vamos mais|nao poderei ir|nao vou poder|nao vamos poder|esquece|esqueca|deixa pra la|deixa "
       "para la|desisti|desistimos|nao quero mais|nao podemos ir|nao posso ir|nao vai dar"},
      {modify_reservation, 3.4,
       "mudar/alterar/modificar/trocar/remarcar/atualizar/adiar/antecipar/corrigir/estender/prolongar ... "
       "reserva/data/datas/estadia/entrada/saida/chegada/quarto/check|alter* ... reserva/data/datas|mud* ... "
       "reserva/data/datas|troc* ... data/datas/quarto/reserva|remarc*|alteracao ... reserva|prorrogar"},
      {modify_reservation, 3.0,
       "adicionar/incluir/acrescentar/tirar/aumentar ... reserva|adicionar/incluir/acrescentar ... "
       "pessoa/pessoas/noite/noites/diaria/hospede/cama|mais uma noite|mais uma diaria|ficar mais um dia|ficar mais "
       "dias|mais uma pessoa"},
      {ask_checkin_time, 3.2,
       "que horas ... check in|que horas ... entrada/entrar/chegar|horario ... check in|horario ... "
       "entrada/chegada|hora ... check in|a partir de que horas|quando posso/podemos entrar/chegar|quando ... check "
       "in|desde que horas|ate que horas ... chegar|ate que horas ... check in|chegar mais cedo|entrar mais cedo|check "
       "in mais cedo|early check|check in antecipado"},
      {ask_checkout_time, 3.4,
       "que horas ... check out|que horas ... checkout|que horas ... saida/sair/desocupar/deixar|horario ... check "
       "out|horario ... checkout|horario ... saida|hora ... check out|hora ... saida|ate que horas ... "
       "ficar/quarto/sair|quando ... sair|quando ... check out"},
      {late_checkout, 3.8,
       "late check|late checkout|sair mais tarde|ficar ... mais tarde|check out mais tarde|checkout mais tarde|saida "
       "tardia|saida mais tarde|check out tardio|ficar ate as|sair as|ficar um pouco mais|ficar ate mais|ficar mais um "
       "pouco|check out as|estender o check|sair depois"},
      {check_in, 3.0,
       "fazer ... check in|fazer ... checkin|acabei de chegar|acabamos de chegar|ja cheguei|ja chegamos|estou na "
       "recepcao|estamos na recepcao|check in online|cheguei|chegamos no hotel|check in por favor|check in agora|^ "
       "check in $|^ checkin $"},
      {check_out, 3.0,
       "fazer ... check out|fazer ... checkout|estou saindo|estamos saindo|ja estou indo|ja vamos embora|devolver a "
       "chave|entregar a chave|entregar o quarto|check out por favor|check out agora|^ check out $|^ checkout $|fechar "
       "a conta|encerrar a conta"},
      {ask_price, 3.0,
       "quanto custa|quanto e|quanto fica|quanto sai|quanto seria|quanto ficaria|quanto ta|quanto esta|qual o "
       "valor|qual o preco|preco|precos|valor|valores|tarifa|tarifas|diaria|quanto cobram|orcamento|cotacao|custa|mais "
       "barato|mais barata|desconto|descontos|promoc*|quanto $|quanto pago|quanto vou pagar|cota*"},
      {ask_availability, 2.8,
       "disponi*|tem vaga|tem vagas|ha vaga|ha vagas|tem quarto|tem quartos|tem algum quarto|tem lugar|tem alguma "
       "coisa|tem algo|vaga|vagas|livre|livres|tem suite|voces tem quarto|ainda tem|sobrou|tem um quarto"},
      {make_reservation, 2.6,
       "reservar|fazer uma reserva|fazer reserva|uma reserva|reserva para|reserva pra|reserve|reserva um|me reserva|^ "
       "reserva $|^ reservar $|me hospedar|nos hospedar|quero ficar|queremos ficar|gostaria de ficar|hospedagem "
       "para|hospedagem pra|efetuar uma reserva|fazer a reserva"},
      {make_reservation, 1.5, "^ reserva|^ reservas"},
      {make_reservation, 2.0,
       "quero/queremos/queria/gostaria/preciso/precisamos/procuro um/uma/dois/de/1/2/3 ... "
       "quarto/quartos/suite/casal/duplo/triplo/solteiro|preciso de ... quarto/quartos|quero ir|queremos ir|quero "
       "um|quero uma|procuro quarto"},
      {ask_services, 2.8,
       "cafe da manha|cafe|wifi|wi fi|internet|piscina|estacionamento|garagem|vaga de "
       "garagem|academia|spa|pet|pets|animal|animais|cachorro|cachorros|gato|restaurante|bar|ar "
       "condicionado|aquecimento|berco|lavanderia|toalha|toalhas|secador|ferro|cofre|frigobar|servico de "
       "quarto|elevador|translado|transfer|varanda|vista para o mar|hidro|jacuzzi|sauna|jantar|almoco|meia pensao|tudo "
       "incluso|all inclusive|tv|cozinha|microondas|acessivel|cadeira de "
       "rodas|servicos|comodidades|malas|bagagem|lencois|travesseiro|recreacao|parquinho|senha do"},
      {ask_services, 0.8,
       "tem|ha|incluso|inclui|oferecem|aceitam|aceita|possui|esta incluido|voces tem|da pra|pode levar|posso levar"},
      {ask_location, 3.0,
       "onde fica|onde voces ficam|onde esta o hotel|onde estao|onde e o "
       "hotel|endereco|localizacao|localizado|localizados|como chego|como chegar|como faco pra chegar|como se "
       "chega|longe|perto|fica perto|fica longe|distancia|qual a rua|que bairro|qual "
       "bairro|mapa|aeroporto|rodoviaria|quanto tempo ... centro/praia/aeroporto|que rua"},
      {ask_policy, 3.4,
       "politica*|reembols*|deposito|sinal|adiantado|antecipado ... pag*|cancelar sem|cancelamento gratis|cancelamento "
       "gratuito|sem custo|sem multa|se eu cancelar|se cancelar|se a gente cancelar|acontece se|multa|taxa de "
       "cancelamento|posso cancelar|ate quando posso cancelar|formas de pagamento|forma de pagamento|aceitam "
       "cartao/cartoes/pix/dinheiro|aceita cartao/pix/dinheiro|pix|parcel*|pagar com|posso pagar|pagamento|crianca "
       "paga|criancas pagam|pode fumar|e permitido|permitem|idade "
       "minima|regras|documento|documentos|passaporte|dinheiro de volta|condicoes|imposto*|pagar na chegada"},
      {complaint, 3.6,
       "nao funciona*|nao esta funcionando|nao ta funcionando|quebrad*|suj*|barulho|barulhento|reclam*|queixa|sem "
       "agua|nao tem agua|agua fria|sem luz|nao liga|nao gela|nao "
       "esquenta|cheiro|fede|barata|baratas|horrivel|pessimo|pessima|terrivel|muito ruim|absurdo|ninguem ... "
       "atende/responde/veio/resolve|nao consigo dormir|cobraram|cobranca indevida|mau "
       "atendimento|vazando|vazamento|entupid*|nao limparam|decepcion*|inaceitavel|parou de "
       "funcionar|estragad*|pifou|nao abre|nao fecha|mofo"},
      {human_handoff, 3.6,
       "falar com|me passa com|me passe|atendente|com uma pessoa|por uma pessoa|uma pessoa real|pessoa de "
       "verdade|pessoa real|ser humano|um humano|alguem "
       "do hotel|com alguem|com o gerente|gerente|com a recepcao|recepcionista|operador|me ligar|me liga|me ligue|me "
       "liguem|atendimento humano|nao quero falar com robo|voce e um robo|quero falar"},
      {invoice, 3.6, "nota fiscal|nota fisc*|fatura|faturas|recibo|comprovante|emitem nota|emitir nota|nf $|nfe|cnpj"},
      {feedback_score, 3.0,
       "^ nota|dou nota|dou um|minha nota|estrelas $|de 10|nota 0/1/2/3/4/5/6/7/8/9/10|avali*|pontos $|^ um "
       "1/2/3/4/5/6/7/8/9/10 $"},
      {other, 3.0,
       "piada|o tempo hoje|como esta o tempo|previsao do tempo|clima|voce e um robo|quem e voce|qual seu nome|qual o "
       "seu nome|te amo|casa comigo|quantos anos voce|cantar|canta|musica|poema|capital d*|futebol|^ kkk* $|^ k $|^ "
       "haha* $|^ rsrs* $|^ rs $|ignore ... instrucoes|ignora ... instrucoes|instrucoes anteriores|marque como "
       "pag*|marca "
       "como pag*|qwerty|asdf*|que horas sao em|que horas sao no|voce gosta|voce sonha|sonhar|receita de|traduz*|voce "
       "sabe|me conta|chato|feliz"},
  };
  return kRows;
}

}  // namespace agente::concierge
